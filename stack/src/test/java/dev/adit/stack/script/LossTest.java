package dev.adit.stack.script;

import dev.adit.stack.socket.TcpOptions;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How losses are found and repaired (RFC 6298, 8985, 6937, 6582, 5682, 3522, 2018, 2883).
class LossTest extends ScriptTest {

    private static final String TEN =
            """
            write 10000
            > . 1:1001(1000) ack 1
            > . 1001:2001(1000) ack 1
            > . 2001:3001(1000) ack 1
            > . 3001:4001(1000) ack 1
            > . 4001:5001(1000) ack 1
            > . 5001:6001(1000) ack 1
            > . 6001:7001(1000) ack 1
            > . 7001:8001(1000) ack 1
            > . 8001:9001(1000) ack 1
            > P. 9001:10001(1000) ack 1
            """;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void threeSelectivelyAcknowledgedSegmentsShowALoss(boolean v6) {
        run(
                v6,
                ACCEPTED,
                TEN,
                """
                +0.1 < . 1:1(0) ack 1 win 1000 <sack 1001:2001>
                -
                < . 1:1(0) ack 1 win 1000 <sack 1001:3001>
                -
                < . 1:1(0) ack 1 win 1000 <sack 1001:4001>
                > . 1:1001(1000) ack 1
                +0.1 < . 1:1(0) ack 10001 win 1000
                cwnd 7
                -
                """);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aHoleIsLostAfterTheReorderingWindow(boolean v6) {
        // A quarter of the shortest round trip, counted from when the answer was due.
        run(
                v6,
                ACCEPTED,
                TEN,
                """
                +0.1 < . 1:1(0) ack 1 win 1000 <sack 1001:2001>
                +0.025 > . 1:1001(1000) ack 1
                """);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void severalHolesAreRepairedInOrder(boolean v6) {
        run(
                v6,
                ACCEPTED,
                TEN,
                """
                +0.1 < . 1:1(0) ack 1 win 1000 <sack 1001:2001 3001:4001 5001:10001>
                > . 1:1001(1000) ack 1
                > . 2001:3001(1000) ack 1
                > . 4001:5001(1000) ack 1
                """);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void withoutSackThreeDuplicatesShowALoss(boolean v6) {
        run(
                v6,
                TcpOptions.DEFAULT.withCubic(false),
                ACCEPTED_PLAIN,
                TEN,
                """
                +0.1 < . 1:1(0) ack 1
                < . 1:1(0) ack 1
                -
                < . 1:1(0) ack 1
                > . 1:1001(1000) ack 1
                < . 1:1(0) ack 1
                < . 1:1(0) ack 1
                +0.1 < . 1:1(0) ack 4001        // a partial acknowledgement: the next is lost, too
                > . 4001:5001(1000) ack 1
                +0.1 < . 1:1(0) ack 10001
                cwnd 5
                -
                """);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void duplicatesWithDataOrAnotherWindowDoNotCount(boolean v6) {
        run(
                v6,
                ACCEPTED_PLAIN,
                TEN,
                """
                +0.1 < P. 1:2(1) ack 1
                > . 10001:10001(0) ack 2
                < P. 2:3(1) ack 1
                > . 10001:10001(0) ack 3
                < P. 3:4(1) ack 1
                > . 10001:10001(0) ack 4
                < . 4:4(0) ack 1 win 60000
                < . 4:4(0) ack 1 win 59000
                < . 4:4(0) ack 1 win 58000
                -
                """);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theTimeoutDoublesAndStartsFromOneSegment(boolean v6) {
        run(
                v6,
                """
                listen
                < S 0:0(0) win 65535 <mss 500>
                > S. 0:0(0) ack 1
                +0.1 < . 1:1(0) ack 1 win 65535
                accept
                write 1500
                > . 1:501(500) ack 1
                > . 501:1001(500) ack 1
                > P. 1001:1501(500) ack 1
                +0.3 > . 1:501(500) ack 1
                +0.6 > . 1:501(500) ack 1
                +1.2 > . 1:501(500) ack 1
                cwnd 1
                +0.1 < . 1:1(0) ack 501
                > . 501:1001(500) ack 1
                > P. 1001:1501(500) ack 1
                """);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aTailLossIsProbed(boolean v6) {
        run(
                v6,
                ACCEPTED,
                """
                write 2000
                > . 1:1001(1000) ack 1
                > P. 1001:2001(1000) ack 1
                +0.202 > P. 1001:2001(1000) ack 1
                +0.1 < . 1:1(0) ack 1 win 1000 <sack 1001:2001>
                * > . 1:1001(1000) ack 1
                """);
    }

    /// The probe would be due after the timeout: it goes in its place, and nothing is reduced (RFC
    /// 8985 §7.2).
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aLoneSegmentIsProbedWhereItWouldTimeOut(boolean v6) {
        run(
                v6,
                ACCEPTED,
                """
                write 500
                > P. 1:501(500) ack 1
                +0.3 > P. 1:501(500) ack 1
                cwnd 10
                +0.3 > P. 1:501(500) ack 1
                cwnd 1
                +0.1 < . 1:1(0) ack 501 win 1000
                """);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aProbeIsNewDataIfThereIsSome(boolean v6) {
        run(
                v6,
                ACCEPTED,
                """
                write 2000
                > . 1:1001(1000) ack 1
                > P. 1001:2001(1000) ack 1
                write 500                          // held back by Nagle
                -
                +0.202 > P. 2001:2501(500) ack 1
                """);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aTimeoutThatTimestampsShowToBeSpuriousIsUndone(boolean v6) {
        run(
                v6,
                TcpOptions.DEFAULT.withSelectiveAck(false),
                ACCEPTED_STAMPED,
                """
                write 4940
                > . 1:989(988) ack 1
                > . 989:1977(988) ack 1
                > . 1977:2965(988) ack 1
                > . 2965:3953(988) ack 1
                > P. 3953:4941(988) ack 1
                +0.3 > . 1:989(988) ack 1
                cwnd 1
                // The echo is of the first transmission, at 100 ms.
                +0.1 < . 1:1(0) ack 989 win 1000 <TS val 700 ecr 100>
                cwnd 11                           // the old one, and what was acknowledged
                -
                """);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void newDataAfterATimeoutShowsWhetherItWasSpurious(boolean v6) {
        run(
                v6,
                ACCEPTED,
                """
                write 3000
                > . 1:1001(1000) ack 1
                > . 1001:2001(1000) ack 1
                > P. 2001:3001(1000) ack 1
                +0.202 > P. 2001:3001(1000) ack 1
                +0.3 > . 1:1001(1000) ack 1
                write 5000
                -
                +0.01 < . 1:1(0) ack 1001 win 1000
                > . 3001:4001(1000) ack 1
                > . 4001:5001(1000) ack 1
                +0.01 < . 1:1(0) ack 2001 win 1000     // never sent again, so the timeout was wrong
                cwnd 11
                """);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsOutOfOrderIsReportedNewestFirst(boolean v6) {
        run(
                v6,
                ACCEPTED,
                """
                < P. 101:201(100) ack 1
                > . 1:1(0) ack 1 win 512 <sack 101:201>
                < P. 301:401(100) ack 1
                > . 1:1(0) ack 1 win 512 <sack 301:401 101:201>
                < P. 501:601(100) ack 1
                > . 1:1(0) ack 1 win 512 <sack 501:601 301:401 101:201>
                < P. 201:301(100) ack 1
                > . 1:1(0) ack 1 win 512 <sack 101:401 501:601>
                < P. 1:101(100) ack 1
                > . 1:1(0) ack 401 <sack 501:601>
                read 400
                < P. 401:501(100) ack 1
                > . 1:1(0) ack 601
                read 200
                """);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aDuplicatePartOfWhatIsOutOfOrderIsReported(boolean v6) {
        run(
                v6,
                ACCEPTED,
                """
                < P. 201:301(100) ack 1
                > . 1:1(0) ack 1 <sack 201:301>
                < P. 251:351(100) ack 1
                > . 1:1(0) ack 1 <sack 251:301 201:351>
                """);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void duplicatesAreReported(boolean v6) {
        run(
                v6,
                ACCEPTED,
                """
                < P. 1:101(100) ack 1
                > . 1:1(0) ack 101
                < P. 1:101(100) ack 1
                > . 1:1(0) ack 101 <sack 1:101>
                < P. 201:301(100) ack 1
                > . 1:1(0) ack 101 <sack 201:301>
                < P. 201:301(100) ack 1
                > . 1:1(0) ack 101 <sack 201:301 201:301>
                < P. 51:151(100) ack 1                 // half of it is new
                > . 1:1(0) ack 151 <sack 51:101 201:301>
                read 150
                """);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPathThatIsBackIsUsedAtOnce(boolean v6) {
        run(
                v6,
                ACCEPTED_PLAIN,
                """
                write 500
                > P. 1:501(500) ack 1
                +0.3 > P. 1:501(500) ack 1
                +0.6 > P. 1:501(500) ack 1
                +0.5 resume
                > P. 1:501(500) ack 1
                +0.3 > P. 1:501(500) ack 1
                """);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aConnectionWithoutAnswerEndsAfterFifteenTimeouts(boolean v6) {
        run(
                v6,
                ACCEPTED,
                """
                write 1000
                > P. 1:1001(1000) ack 1
                +600 alive
                +900 ending TIMED_OUT
                """);
    }
}
