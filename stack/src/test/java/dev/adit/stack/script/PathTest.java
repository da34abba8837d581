package dev.adit.stack.script;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// ICMP errors and paths that take smaller packets (RFC 1122 §4.2.3.9, RFC 5927, RFC 1191, RFC
/// 8201, RFC 4821).
class PathTest extends ScriptTest {

    @Test
    void anUnreachableDestinationEndsAConnect() {
        run(false, "connect\n> S 0:0(0)\nicmp 3 1\nending UNREACHABLE\n");
        run(true, "connect\n> S 0:0(0)\nicmp 1 0\nending UNREACHABLE\n");
    }

    @Test
    void anUnreachablePortRefusesAConnect() {
        run(false, "connect\n> S 0:0(0)\nicmp 3 3\nending REFUSED\n");
        run(true, "connect\n> S 0:0(0)\nicmp 1 4\nending REFUSED\n");
    }

    @Test
    void anEstablishedConnectionOnlyNotesAnError() {
        String write = "write 100\n> P. 1:101(100) ack 1\n";
        run(false, ACCEPTED, write, "icmp 3 3\nalive\nerror 0x303\n");
        run(true, ACCEPTED, write, "icmp 1 4\nalive\nerror 0x104\n");
    }

    @Test
    void anErrorAboutWhatIsNotInFlightIsIgnored() {
        String text =
                """
                write 100
                > P. 1:101(100) ack 1
                +0.1 < . 1:1(0) ack 101 win 1000
                icmp 3 4 600
                error 0
                write 1000
                > P. 101:1101(1000) ack 1
                """;
        run(false, ACCEPTED, text);
    }

    @Test
    void whatWasTooLargeGoesAnewAtOnceWithoutALossBeingCounted() {
        String text =
                """
                write 3000
                > . 1:1001(1000) ack 1
                > . 1001:2001(1000) ack 1
                > P. 2001:3001(1000) ack 1
                icmp 3 4 640
                > . 1:601(600) ack 1
                > . 601:1201(600) ack 1
                > . 1201:1801(600) ack 1
                > . 1801:2001(200) ack 1
                > . 2001:2601(600) ack 1
                > P. 2601:3001(400) ack 1
                +0.1 < . 1:1(0) ack 3001 win 1000
                -
                """;
        run(false, ACCEPTED, text);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false})
    void twoTimeoutsForFullSegmentsMakeThemSmaller(boolean v6) {
        run(
                v6,
                """
                listen
                < S 0:0(0) win 65535 <mss 1300>
                > S. 0:0(0) ack 1
                +0.1 < . 1:1(0) ack 1 win 65535
                accept
                write 2600
                > . 1:1301(1300) ack 1
                > P. 1301:2601(1300) ack 1
                +0.3 > . 1:1301(1300) ack 1
                +0.6 > . 1:1025(1024) ack 1
                +0.1 < . 1:1(0) ack 1025
                > . 1025:1301(276) ack 1
                """);
    }
}
