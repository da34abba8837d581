package dev.adit.stack.script;

import org.junit.jupiter.params.ParameterizedTest;
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
