package dev.adit.stack.script;

import dev.adit.stack.socket.TcpOptions;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Windows, acknowledgements and small segments (RFC 9293 §3.7.4, §3.8.6, RFC 1122, RFC 5681).
class FlowTest extends ScriptTest {
    private static final long SECOND = 1_000_000_000L;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theFirstWindowIsTenSegments(boolean v6) {
        run(
                v6,
                ACCEPTED,
                """
                write 20000
                > . 1:1001(1000) ack 1
                > . 1001:2001(1000) ack 1
                > . 2001:3001(1000) ack 1
                > . 3001:4001(1000) ack 1
                > . 4001:5001(1000) ack 1
                > . 5001:6001(1000) ack 1
                > . 6001:7001(1000) ack 1
                > . 7001:8001(1000) ack 1
                > . 8001:9001(1000) ack 1
                > . 9001:10001(1000) ack 1
                -
                +0.1 < . 1:1(0) ack 2001 win 1000
                > . 10001:11001(1000) ack 1
                > . 11001:12001(1000) ack 1
                > . 12001:13001(1000) ack 1
                > . 13001:14001(1000) ack 1
                cwnd 12
                -
                """);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSmallPieceWaitsForAnAcknowledgement(boolean v6) {
        run(
                v6,
                ACCEPTED,
                """
                write 10
                > P. 1:11(10) ack 1
                write 10
                write 10
                -
                +0.1 < . 1:1(0) ack 11 win 1000
                > P. 11:31(20) ack 1
                nodelay
                write 10
                > P. 31:41(10) ack 1
                """);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void acknowledgementsAreDelayedAfterTheFirstSegments(boolean v6) {
        StringBuilder first = new StringBuilder();
        for (int i = 0; i < 16; i++) {
            first.append(
                    "< P. %d:%d(10) ack 1\n> . 1:1(0) ack %d\n"
                            .formatted(1 + 10 * i, 11 + 10 * i, 11 + 10 * i));
        }
        run(
                v6,
                ACCEPTED,
                first.toString(),
                """
                < P. 161:171(10) ack 1
                -
                +0.04 > . 1:1(0) ack 171
                < P. 171:1171(1000) ack 1
                -
                < P. 1171:2171(1000) ack 1
                > . 1:1(0) ack 2171
                < P. 2171:2181(10) ack 1
                write 5                              // the answer carries it
                > P. 1:6(5) ack 2181
                +0.1 -
                """);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aClosedWindowIsProbedWithoutEnd(boolean v6) {
        run(
                v6,
                ACCEPTED_PLAIN,
                """
                write 1000
                > P. 1:1001(1000) ack 1
                +0.1 < . 1:1(0) ack 1001 win 0
                write 1000
                -
                +0.3 > . 1000:1000(0) ack 1
                < . 1:1(0) ack 1001 win 0
                +0.6 > . 1000:1000(0) ack 1
                < . 1:1(0) ack 1001 win 0
                +1.2 > . 1000:1000(0) ack 1
                < . 1:1(0) ack 1001 win 2000
                > P. 1001:2001(1000) ack 1
                """);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aWindowSmallerThanASegmentIsUsedInTheEnd(boolean v6) {
        run(
                v6,
                ACCEPTED_PLAIN,
                """
                write 1000
                > P. 1:1001(1000) ack 1
                +0.1 < . 1:1(0) ack 1001 win 100
                write 1000
                -
                +0.3 > . 1001:1101(100) ack 1
                """);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theWindowClosesAndOpensWithTheProgram(boolean v6) {
        run(
                v6,
                TcpOptions.DEFAULT.withBuffers(65_536, 4096),
                ACCEPTED_PLAIN,
                """
                < P. 1:1001(1000) ack 1
                > . 1:1(0) ack 1001 win 3096
                < P. 1001:2001(1000) ack 1
                > . 1:1(0) ack 2001 win 2096
                < P. 2001:4097(2096) ack 1
                > . 1:1(0) ack 4097 win 0
                < P. 4097:4098(1) ack 1
                > . 1:1(0) ack 4097 win 0
                read 4096
                > . 1:1(0) ack 4097 win 4096
                """);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSilentPeerIsProbedAndGivenUp(boolean v6) {
        run(
                v6,
                TcpOptions.DEFAULT.withKeepAlive(10 * SECOND, 5 * SECOND, 2),
                ACCEPTED,
                """
                +10 > . 0:0(0) ack 1
                < . 1:1(0) ack 1 win 1000
                +10 > . 0:0(0) ack 1
                +5 > . 0:0(0) ack 1
                +5 > R. 1:1(0) ack 1
                ending TIMED_OUT
                """);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theUserTimeoutEndsWhatIsNotAcknowledged(boolean v6) {
        run(
                v6,
                TcpOptions.DEFAULT.withUserTimeout(5 * SECOND),
                ACCEPTED,
                """
                write 100
                > P. 1:101(100) ack 1
                +4.9 alive
                +0.2 ending TIMED_OUT
                """);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ecnIsAgreedToWhenAsked(boolean v6) {
        run(
                v6,
                """
                listen
                < SEW 0:0(0) win 65535 <mss 1000,sackOK>
                > S.E 0:0(0) ack 1
                +0.1 < . 1:1(0) ack 1 win 65535
                accept
                ecn 3
                < P. 1:11(10) ack 1
                > .E 1:1(0) ack 11
                < P. 11:21(10) ack 1
                > .E 1:1(0) ack 21                  // until it is heard
                < P.W 21:31(10) ack 1
                > . 1:1(0) ack 31
                write 5000
                > . 1:1001(1000) ack 31
                > . 1001:2001(1000) ack 31
                > . 2001:3001(1000) ack 31
                > . 3001:4001(1000) ack 31
                > P. 4001:5001(1000) ack 31
                +0.1 < .E 31:31(0) ack 1001
                cwnd 7
                write 1000
                > P.W 5001:6001(1000) ack 31
                """);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ecnIsNotAskedForUnlessWanted(boolean v6) {
        run(v6, "connect\n> S 0:0(0)\n");
        run(v6, TcpOptions.DEFAULT.withEcnRequest(true), "connect\n> SEW 0:0(0)\n");
    }
}
