package dev.adit.os.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.ip.address.IpAddress;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.MemorySegment;
import java.util.HexFormat;

class ConntrackTupleTest {
    private static final String V4 = "45000030 0000%s 40%s0000 0a000001 0a000002 ";
    private static final String V6 =
            "60000000 0030%s40 fd000000000000000000000000000001 fd000000000000000000000000000002 ";
    private static final IpAddress HERE = IpAddress.parse("10.0.0.1").orElseThrow();
    private static final IpAddress THERE = IpAddress.parse("10.0.0.2").orElseThrow();
    private static final IpAddress HERE6 = IpAddress.parse("fd00::1").orElseThrow();
    private static final IpAddress THERE6 = IpAddress.parse("fd00::2").orElseThrow();

    private static ConntrackTuple tuple(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        return ConntrackTuple.ofAnswer(MemorySegment.ofArray(bytes), 0, bytes.length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"06", "11", "21", "84", "88"})
    void hasThePortsOfAnAnswer(String protocol) {
        int number = Integer.parseInt(protocol, 16);
        assertThat(tuple(V4.formatted("0000", protocol) + "1234 0050"))
                .isEqualTo(new ConntrackTuple(THERE, HERE, number, 0x50, 0x1234));
        assertThat(tuple(V6.formatted(protocol) + "1234 0050"))
                .isEqualTo(new ConntrackTuple(THERE6, HERE6, number, 0x50, 0x1234));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({"08, 0", "00, 8", "0d, 14", "0e, 13", "11, 18"})
    void hasTheTypeOfTheAnswerToAQuery(String type, int answer) {
        assertThat(tuple(V4.formatted("0000", "01") + type + "000000 abcd0001"))
                .isEqualTo(new ConntrackTuple(THERE, HERE, 1, answer, 0xabcd));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({"80, 129", "81, 128"})
    void hasTheTypeOfTheAnswerToAQueryOfIpv6(String type, int answer) {
        assertThat(tuple(V6.formatted("3a") + type + "000000 abcd0001"))
                .isEqualTo(new ConntrackTuple(THERE6, HERE6, 58, answer, 0xabcd));
    }

    @Test
    void isFoundBehindExtensionHeaders() {
        String options = "11000000 00000000";
        assertThat(tuple(V6.formatted("00") + options + "1234 0050"))
                .isEqualTo(new ConntrackTuple(THERE6, HERE6, 17, 0x50, 0x1234));
        String first = "11000001 00000007";
        assertThat(tuple(V6.formatted("2c") + first + "1234 0050"))
                .isEqualTo(new ConntrackTuple(THERE6, HERE6, 17, 0x50, 0x1234));
    }

    @Test
    void hasNoNumbersOfAnotherProtocol() {
        assertThat(tuple(V4.formatted("0000", "32")))
                .isEqualTo(new ConntrackTuple(THERE, HERE, 0x32, 0, 0));
    }

    @Test
    void isNoneOfWhatIsNoFirstFragmentNorQueryNorWhole() {
        assertThat(tuple(V4.formatted("0001", "11") + "1234 0050")).isNull();
        assertThat(tuple(V6.formatted("2c") + "11000008 00000007 1234 0050")).isNull();
        assertThat(tuple(V4.formatted("0000", "01") + "03000000 00000000")).isNull();
        assertThat(tuple(V4.formatted("0000", "11") + "1234")).isNull();
        assertThat(tuple(V6.formatted("00") + "1100")).isNull();
        assertThat(tuple(V6.formatted("00") + "11ff0000 00000000")).isNull();
        assertThat(tuple("45")).isNull();
    }
}
