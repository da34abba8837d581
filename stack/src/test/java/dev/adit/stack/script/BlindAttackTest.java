package dev.adit.stack.script;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Segments that an attacker who sees nothing may send (RFC 5961), and old ones (RFC 7323 §5).
class BlindAttackTest extends ScriptTest {

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void onlyTheExactResetEndsAConnection(boolean v6) {
        run(
                v6,
                ACCEPTED,
                """
                < R 2:2(0)                 // in the window
                > . 1:1(0) ack 1
                alive
                < R 999999:999999(0)       // outside
                -
                alive
                < R 1:1(0)
                ending RESET
                eof
                """);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSynInAConnectionIsChallenged(boolean v6) {
        run(
                v6,
                ACCEPTED,
                """
                < S 1:1(0) win 1000
                > . 1:1(0) ack 1
                < S 70000:70000(0) win 1000
                > . 1:1(0) ack 1
                < S. 1:1(0) ack 1 win 1000
                > . 1:1(0) ack 1
                state ESTABLISHED
                """);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void challengesAreTenASecond(boolean v6) {
        StringBuilder flood = new StringBuilder();
        for (int i = 0; i < 10; i++) flood.append("< R 2:2(0)\n> . 1:1(0) ack 1\n");
        for (int i = 0; i < 10; i++) flood.append("< R 2:2(0)\n-\n");
        run(v6, ACCEPTED, flood.toString(), "+1.1 < R 2:2(0)\n> . 1:1(0) ack 1\n");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anAcknowledgementOfWhatWasNeverSentIsChallenged(boolean v6) {
        run(
                v6,
                ACCEPTED,
                """
                < P. 1:101(100) ack 5000
                > . 1:1(0) ack 1
                read 0
                """);
    }

    /// RFC 5961 §3.2, §4.2 and §5.2 at the edges: 65,535 bytes from 1001 on may come, 1,000 bytes
    /// have come, and 2,000 of ours are acknowledged, where the peer's largest window was 128,000.
    @ParameterizedTest
    @CsvSource({
        "R 1000:1000(0), -",
        "R 1001:1001(0), RESET",
        "R 1002:1002(0), A",
        "R 60000:60000(0), A",
        "R 300000:300000(0), -",
        "R. 1001:1001(0) ack 2001, RESET",
        "R. 1001:1001(0) ack 999999, RESET",
        "R. 1002:1002(0) ack 2001, A",
        "RF 1001:1001(0), RESET",
        "RS 1001:1001(0), RESET",
        "S 1001:1001(0), A",
        "S 0:0(0), A",
        "S 300000:300000(0), A",
        "S. 1001:1001(0) ack 2001, A",
        "SF 1001:1001(0), A",
        "P. 1001:1011(10) ack 2001, TAKEN",
        "P. 1001:1011(10) ack 1, TAKEN",
        "P. 1001:1011(10) ack 0, A",
        "P. 1001:1011(10) ack 2002, A",
        "P. 1001:1011(10) ack 1000000, A",
        "P. 1001:1011(10) ack -1000000, A",
        "P 1001:1011(10), -",
        "P. 300000:300010(10) ack 2001, A",
        "P. 991:1001(10) ack 2001, A"
    })
    void whatMayBeForged(String segment, String answer) {
        for (boolean v6 : new boolean[] {false, true}) {
            run(
                    v6,
                    ACCEPTED,
                    """
                    write 2000
                    > . 1:1001(1000) ack 1
                    > P. 1001:2001(1000) ack 1
                    < . 1:1(0) ack 2001 win 1000
                    < P. 1:1001(1000) ack 2001 win 1000
                    > . 2001:2001(0) ack 1001
                    read 1000
                    """,
                    "< " + segment,
                    switch (answer) {
                        case "A" -> "> . 2001:2001(0) ack 1001\nread 0\nalive";
                        case "TAKEN" -> "> . 2001:2001(0) ack 1011\nread 10\nalive";
                        case "RESET" -> "-\nending RESET";
                        default -> "-\nread 0\nalive";
                    });
        }
    }

    /// Nothing before the SYN was ever acknowledged, however large the window is.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anAcknowledgementOfWhatIsBeforeTheSynIsChallenged(boolean v6) {
        run(
                v6,
                ACCEPTED,
                """
                < P. 1:101(100) ack 0
                > . 1:1(0) ack 1
                < P. 1:101(100) ack -1000
                > . 1:1(0) ack 1
                < F. 1:1(0) ack -60000
                > . 1:1(0) ack 1
                read 0
                state ESTABLISHED
                """);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSegmentWithAnOldTimestampIsRejected(boolean v6) {
        run(
                v6,
                ACCEPTED_STAMPED,
                """
                < P. 1:101(100) ack 1 <TS val 300 ecr 0>
                > . 1:1(0) ack 101
                < P. 101:201(100) ack 1 <TS val 299 ecr 0>
                > . 1:1(0) ack 101
                < P. 101:201(100) ack 1 <TS val 300 ecr 0>
                > . 1:1(0) ack 201
                < P. 201:301(100) ack 1             // without one it is tolerated
                > . 1:1(0) ack 301
                """);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void afterTwentyFourDaysNoTimestampIsOld(boolean v6) {
        run(
                v6,
                ACCEPTED_STAMPED,
                """
                < P. 1:101(100) ack 1 <TS val 300 ecr 0>
                > . 1:1(0) ack 101
                +2160000 < P. 101:201(100) ack 1 <TS val 5 ecr 0>
                > . 1:1(0) ack 201
                """);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void dataOutsideTheWindowIsNotTaken(boolean v6) {
        run(
                v6,
                ACCEPTED,
                """
                < P. 200000:200100(100) ack 1
                > . 1:1(0) ack 1
                read 0
                """);
    }
}
