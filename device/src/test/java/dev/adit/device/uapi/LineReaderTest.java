package dev.adit.device.uapi;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.channels.Channels;

class LineReaderTest {
    private static final String KEY = "0123456789abcdef".repeat(4);

    @Test
    void keepsTheValueOfASecretFromTheHeap() throws IOException {
        LineReader lines = reader("private_key=" + KEY + "\nlisten_port=1\n");
        assertThat(lines.next()).isEqualTo(12 + 64);
        assertThat(new String(lines.line(), 0, lines.head(), US_ASCII)).isEqualTo("private_key=");
        assertThat(lines.secret().isNative()).isTrue();
        assertThat(lines.secret().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(KEY.getBytes(US_ASCII));
        assertThat(new String(lines.line(), US_ASCII)).doesNotContain(KEY.substring(0, 8));
        assertThat(lines.next()).isEqualTo(13);
        assertThat(lines.secret()).isNull();
        assertThat(lines.is("listen_port=1", 13)).isTrue();
    }

    @Test
    void takesNoOtherNameForThatOfASecret() throws IOException {
        for (String line : new String[] {"Private_key=a", "private_key", "x=private_key=", "="}) {
            LineReader lines = reader(line + "\n");
            assertThat(lines.next()).isEqualTo(line.length());
            assertThat(lines.secret()).as(line).isNull();
            assertThat(lines.is(line, line.length())).isTrue();
        }
    }

    @Test
    void skipsASecretThatIsTooLong() throws IOException {
        String most = "f".repeat(LineReader.MAX_SECRET);
        LineReader lines =
                reader("private_key=" + most + "\nprivate_key=" + most + "f\nprivate_key=\n");
        assertThat(lines.next()).isEqualTo(12 + LineReader.MAX_SECRET);
        assertThat(lines.next()).isEqualTo(LineReader.TOO_LONG);
        assertThat(lines.next()).isEqualTo(12);
        assertThat(lines.secret().byteSize()).isZero();
        assertThat(lines.next()).isEqualTo(LineReader.END);
    }

    @Test
    void erasesTheSecretWithTheLine() throws IOException {
        LineReader lines = reader("private_key=" + KEY + "\n");
        lines.next();
        lines.erase();
        assertThat(lines.secret().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(new byte[64]);
    }

    private static LineReader reader(String text) {
        return new LineReader(
                Channels.newChannel(new ByteArrayInputStream(text.getBytes(US_ASCII))),
                Arena.ofAuto().allocate(1024),
                "private_key=");
    }
}
