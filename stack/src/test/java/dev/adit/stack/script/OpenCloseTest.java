package dev.adit.stack.script;

import dev.adit.stack.socket.TcpOptions;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How connections begin and end (RFC 9293 §3.5, §3.6, RFC 6191, RFC 1337, RFC 2525).
class OpenCloseTest extends ScriptTest {

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void opensActively(boolean v6) {
        String mss = v6 ? "1360" : "1380";
        run(
                v6,
                """
                connect
                > S 0:0(0) win 65535 <mss %s,sackOK,TS val 0 ecr 0,ws 8>
                read 0                           // a program may ask early
                +0.05 < S. 0:0(0) ack 1 win 65535 <mss 1000,sackOK,TS val 5 ecr 0,ws 7>
                > . 1:1(0) ack 1 win 512 <TS val 50 ecr 5>
                state ESTABLISHED
                alive
                """
                        .formatted(mss));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void opensPassivelyWithWhatThePeerOffers(boolean v6) {
        String mss = v6 ? "1360" : "1380";
        run(
                v6,
                """
                listen
                < S 0:0(0) win 8000 <mss 1000>
                > S. 0:0(0) ack 1 win 65535 <mss %s>
                +0.01 < . 1:1(0) ack 1 win 8000
                accept
                state ESTABLISHED
                write 10000
                > . 1:1001(1000) ack 1
                > . 1001:2001(1000) ack 1
                """
                        .formatted(mss));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void bothMayBeginAtOnce(boolean v6) {
        run(
                v6,
                """
                connect
                > S 0:0(0)
                +0.01 < S 0:0(0) win 65535 <mss 1000>
                > S. 0:0(0) ack 1
                state SYN_RECEIVED
                +0.01 < S. 0:0(0) ack 1 win 65535 <mss 1000>
                state ESTABLISHED
                """);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aResetRefuses(boolean v6) {
        run(
                v6,
                """
                connect
                > S 0:0(0)
                +0.01 < R 0:0(0)              // not about our SYN
                alive
                < R. 0:0(0) ack 5             // nor this
                alive
                < R. 0:0(0) ack 1
                ending REFUSED
                -
                """);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aWrongAcknowledgementOfTheSynIsReset(boolean v6) {
        run(
                v6,
                """
                connect
                > S 0:0(0)
                +0.01 < S. 0:0(0) ack 7 win 65535 <mss 1000>
                > R 7:7(0)
                state SYN_SENT
                """);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSynIsRepeatedSixTimes(boolean v6) {
        run(
                v6,
                """
                connect
                > S 0:0(0)
                +1 > S 0:0(0)
                +2 > S 0:0(0)
                +4 > S 0:0(0)
                +8 > S 0:0(0)
                +16 > S 0:0(0)
                +32 > S 0:0(0)
                +63 state SYN_SENT
                +2 ending TIMED_OUT
                -
                """);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSynWithAckIsRepeatedAtOnceForARepeatedSyn(boolean v6) {
        run(
                v6,
                """
                listen
                < S 0:0(0) win 65535 <mss 1000>
                > S. 0:0(0) ack 1
                +0.3 < S 0:0(0) win 65535 <mss 1000>
                > S. 0:0(0) ack 1
                +0.1 < . 1:1(0) ack 1
                accept
                state ESTABLISHED
                """);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatNobodyListensToIsReset(boolean v6) {
        run(
                v6,
                """
                < S 0:0(0) win 65535 <mss 1000>
                > R. ack 1
                < . 5:5(0) ack 77
                * > R
                < R 5:5(0)
                -
                """);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void noConnectionBeginsWithItsEnd(boolean v6) {
        run(
                v6,
                """
                listen
                < SF 0:0(0) win 1000 <mss 1000>
                -
                """);
    }

    /// What the peer has sent before its FIN can be read, and the reset behind it ends the rest.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFinAndThenAResetLeaveTheStreamWhole(boolean v6) {
        run(
                v6,
                ACCEPTED,
                """
                < P. 1:101(100) ack 1
                > . 1:1(0) ack 101
                < F. 101:101(0) ack 1
                > . 1:1(0) ack 102
                < R 102:102(0)
                ending RESET
                state CLOSED
                read 100
                eof
                """);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void closesFirst(boolean v6) {
        run(
                v6,
                ACCEPTED,
                """
                shutdown
                > F. 1:1(0) ack 1
                state FIN_WAIT_1
                +0.1 < . 1:1(0) ack 2
                state FIN_WAIT_2
                < P. 1:101(100) ack 2          // the other direction goes on
                > . 2:2(0) ack 101
                read 100
                < F. 101:101(0) ack 2
                > . 2:2(0) ack 102
                state TIME_WAIT
                eof
                ending FINISHED
                +1 < F. 101:101(0) ack 2       // it comes again, so the answer was lost
                > . 2:2(0) ack 102
                < R 102:102(0)                 // RFC 1337
                +59.9 < F. 101:101(0) ack 2
                > . 2:2(0) ack 102
                +61 < F. 101:101(0) ack 2
                > R 2:2(0)
                """);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void closesSecond(boolean v6) {
        run(
                v6,
                ACCEPTED,
                """
                < P. 1:11(10) ack 1
                > . 1:1(0) ack 11
                < F. 11:11(0) ack 1
                > . 1:1(0) ack 12
                state CLOSE_WAIT
                read 10
                eof
                write 20
                > P. 1:21(20) ack 12
                shutdown
                > F. 21:21(0) ack 12
                state LAST_ACK
                +0.1 < . 12:12(0) ack 22
                state CLOSED
                ending FINISHED
                """);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void bothMayCloseAtOnce(boolean v6) {
        run(
                v6,
                ACCEPTED,
                """
                shutdown
                > F. 1:1(0) ack 1
                < F. 1:1(0) ack 1
                > . 2:2(0) ack 2
                state CLOSING
                +0.1 < . 2:2(0) ack 2
                state TIME_WAIT
                """);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theFinGoesWithTheLastData(boolean v6) {
        run(
                v6,
                TcpOptions.DEFAULT,
                ACCEPTED,
                """
                write 1000
                > P. 1:1001(1000) ack 1
                write 500
                -
                shutdown
                > FP. 1001:1501(500) ack 1
                """);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void closingWithUnreadDataResets(boolean v6) {
        run(
                v6,
                ACCEPTED,
                """
                < P. 1:101(100) ack 1
                > . 1:1(0) ack 101
                close
                > R. 1:1(0) ack 101
                ending ABORTED
                """);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void dataForAProgramThatIsGoneResets(boolean v6) {
        run(
                v6,
                ACCEPTED,
                """
                close
                > F. 1:1(0) ack 1
                +0.1 < P. 1:101(100) ack 2
                > R. 2:2(0) ack 1
                """);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aClosedConnectionLeavesFinWait2(boolean v6) {
        run(
                v6,
                ACCEPTED,
                """
                close
                > F. 1:1(0) ack 1
                +0.1 < . 1:1(0) ack 2
                state FIN_WAIT_2
                +59 state FIN_WAIT_2
                +2 state CLOSED
                """);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aNewConnectionTakesThePlaceOfAnOldOne(boolean v6) {
        run(
                v6,
                ACCEPTED_STAMPED,
                """
                shutdown
                > F. 1:1(0) ack 1
                +0.1 < F. 1:1(0) ack 2 <TS val 300 ecr 0>
                > . 2:2(0) ack 2
                state TIME_WAIT
                +1 < S 5000:5000(0) win 65535 <mss 1000,sackOK,TS val 100 ecr 0,ws 7>
                > . 2:2(0) ack 2
                < S 5000:5000(0) win 65535 <mss 1000,sackOK,TS val 1300 ecr 0,ws 7>
                > S. ack 5001
                """);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void abortingResets(boolean v6) {
        run(
                v6,
                ACCEPTED,
                """
                write 100
                > P. 1:101(100) ack 1
                abort
                > R. 101:101(0) ack 1
                state CLOSED
                ending ABORTED
                """);
    }
}
