package dev.adit.tools.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.protocol.keys.PresharedKey;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

class ErasableTextTest {
    private static final String KEY = "FpCyhws9cxwWoV4xELtfJvjJN+zQVRPISllRWgeopVE=";

    @Test
    void writesWhatWasAddedAtOnce() throws IOException {
        List<Integer> writes = new ArrayList<>();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        OutputStream counting =
                new OutputStream() {
                    @Override
                    public void write(int b) {
                        throw new AssertionError("one byte at a time");
                    }

                    @Override
                    public void write(byte[] bytes, int from, int length) {
                        writes.add(length);
                        out.write(bytes, from, length);
                    }
                };
        String long1 = "ä".repeat(300);
        try (ErasableText text = new ErasableText()) {
            text.add("key: ").add(key()).add(long1).writeTo(counting);
        }
        assertThat(writes).hasSize(1);
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("key: " + KEY + long1);
    }

    @Test
    void hasNothingLeftOnceItIsClosed() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ErasableText text = new ErasableText().add(key());
        text.close();
        text.writeTo(out);
        assertThat(out.size()).isZero();
    }

    private static PresharedKey key() {
        byte[] text = KEY.getBytes(StandardCharsets.US_ASCII);
        return PresharedKey.fromBase64(text, 0, text.length).orElseThrow();
    }
}
