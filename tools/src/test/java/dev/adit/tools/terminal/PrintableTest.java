package dev.adit.tools.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;

class PrintableTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "plain", "ü€𝄞", "tab\tand\nline", "\u00a0"})
    void keepsWhatIsText(String text) {
        assertThat(Printable.of(text)).isEqualTo(text);
        assertThat(utf8(Printable.of(text.getBytes(StandardCharsets.UTF_8)))).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u001b", "\u0000", "\r", "\b", "\u007f", "\u0085", "\u009b", "\u009d"})
    void replacesWhatATerminalObeys(String control) {
        assertThat(Printable.of("a" + control + "b")).isEqualTo("a?b");
        byte[] bytes = ("ü" + control + "€").getBytes(StandardCharsets.UTF_8);
        assertThat(utf8(Printable.of(bytes))).isEqualTo("ü?€");
    }

    @Test
    void keepsBytesOfOtherCharsetsUnlessTheyAreControls() {
        byte[] latin1 = {'a', (byte) 0xfc, (byte) 0x9b, 'b', (byte) 0xe2, (byte) 0x82};
        assertThat(Printable.of(latin1)).containsExactly('a', 0xfc, '?', 'b', 0xe2, '?');
    }

    private static String utf8(byte[] text) {
        return new String(text, StandardCharsets.UTF_8);
    }
}
