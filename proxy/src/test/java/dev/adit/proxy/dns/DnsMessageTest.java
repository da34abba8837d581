package dev.adit.proxy.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.proxy.lab.TestNameServer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;

/// What is known of a DNS message that is passed on.
class DnsMessageTest {
    private static final byte[] QUERY = TestNameServer.query(0x1234, 1232);

    private static DnsMessage query(int udpSize) {
        return DnsMessage.query(TestNameServer.query(0x1234, udpSize)).orElseThrow();
    }

    private static boolean answers(byte[] response, int id) {
        return DnsMessage.response(response).filter(r -> r.answers(query(0), id)).isPresent();
    }

    @Test
    void theSizeOfAnAnswerIsThatOfTheOptRecord() {
        assertThat(query(0).mostUdpBytes()).isEqualTo(512);
        assertThat(query(100).mostUdpBytes()).isEqualTo(512);
        assertThat(query(4096).mostUdpBytes()).isEqualTo(4096);
        assertThat(query(65_535).mostUdpBytes()).isEqualTo(65_507);
    }

    @Test
    void aQueryThatIsCutOffAnywhereIsNone() {
        for (int length = 0; length < QUERY.length; length++) {
            assertThat(DnsMessage.query(Arrays.copyOf(QUERY, length))).isEmpty();
        }
        assertThat(DnsMessage.query(QUERY)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "123481000001000000000000" + "0000010001", // a response
                "123401000000000000000000" + "0000010001", // no question
                "123401000002000000000000" + "0000010001" + "0000010001", // two
                "123401000001000000000000" + "c00c00010001", // a name that points to itself
                "123401000001000000000000" + "40000000010001", // a label of an unknown kind
                "123401000001ffffffffffff" + "0000010001", // more than there is
            })
    void whatIsNoQueryIsNoneOfThem(String hex) {
        assertThat(DnsMessage.query(HexFormat.of().parseHex(hex))).isEmpty();
    }

    @Test
    void anyBytesAreAQueryOrNone() {
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = QUERY.clone();
            for (int n = random.nextInt(6); n >= 0; n--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            DnsMessage.query(bytes).ifPresent(query -> query.truncated(query.failure()));
            DnsMessage.response(bytes).ifPresent(response -> response.answers(query(0), 1));
        }
    }

    @Test
    void anAnswerHasTheNumberAndTheQuestion() {
        byte[] right = TestNameServer.answer(TestNameServer.query(7, 0), 20);
        assertThat(answers(right, 7)).isTrue();
        assertThat(answers(right, 8)).isFalse();
        assertThat(answers(TestNameServer.query(7, 0), 7)).isFalse();
        byte[] upperCase = right.clone();
        upperCase[13] = 'E';
        assertThat(answers(upperCase, 7)).isTrue();
        byte[] otherName = right.clone();
        otherName[13] = 'f';
        assertThat(answers(otherName, 7)).isFalse();
        byte[] otherType = right.clone();
        otherType[27] = 28;
        assertThat(answers(otherType, 7)).isFalse();
        byte[] otherOpcode = right.clone();
        otherOpcode[2] |= 0x08;
        assertThat(answers(otherOpcode, 7)).isFalse();
    }

    @Test
    void onlyAFailureMayLackTheQuestion() {
        assertThat(answers(HexFormat.of().parseHex("000781010000000000000000"), 7)).isTrue();
        assertThat(answers(HexFormat.of().parseHex("000781000000000000000000"), 7)).isFalse();
        assertThat(answers(HexFormat.of().parseHex("000781030000000000000000"), 7)).isFalse();
    }

    @Test
    void aTruncatedAnswerSaysSoAndHasTheQuestionAlone() {
        byte[] answer = TestNameServer.answer(QUERY, 2000);
        byte[] left = query(1232).truncated(answer);
        assertThat(left).hasSize(QUERY.length);
        assertThat(left[2] & 0x82).isEqualTo(0x82);
        assertThat(Arrays.copyOfRange(left, 4, 12)).containsExactly(0, 1, 0, 0, 0, 0, 0, 1);
        assertThat(query(0).truncated(answer)).hasSize(QUERY.length - 11);
    }

    @Test
    void aFailureIsOneOfTheServer() {
        byte[] failure = query(0).failure();
        assertThat(failure[0] << 8 | failure[1]).isEqualTo(0x1234);
        assertThat(failure[2]).isEqualTo((byte) 0x81);
        assertThat(failure[3] & 0xf).isEqualTo(2);
        assertThat(DnsMessage.response(failure).orElseThrow().answers(query(0), 0x1234)).isTrue();
    }
}
