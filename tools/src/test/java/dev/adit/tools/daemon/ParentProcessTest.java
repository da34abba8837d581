package dev.adit.tools.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.tools.log.LogOutput;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

/// With an environment that keeps the console, because that is standard output of this test.
class ParentProcessTest {
    private static final Map<String, String> KEEP = Map.of("LOG_LEVEL", "error");

    private boolean closed;
    private final ByteArrayOutputStream report =
            new ByteArrayOutputStream() {
                @Override
                public void close() {
                    closed = true;
                }
            };

    @Test
    void hearsThatTheInterfaceIsThere() throws IOException {
        new ParentProcess(report, LogOutput.system(), KEEP).ready();
        assertThat(report).hasToString("ready\n");
        assertThat(closed).isTrue();
    }

    @Test
    void hearsThatThereWillBeNone() {
        new ParentProcess(report, LogOutput.system(), KEEP).failed();
        assertThat(report).hasToString("failed\n");
        assertThat(closed).as("it waits for the end of this program").isFalse();
    }

    @Test
    void mayHaveDiedMeanwhile() {
        OutputStream broken =
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("Broken pipe");
                    }
                };
        ParentProcess parent = new ParentProcess(broken, LogOutput.system(), KEEP);
        assertThatThrownBy(parent::ready).isInstanceOf(IOException.class);
        parent.failed();
    }

    @Test
    void isNotToldWhenNobodyWaits() throws IOException {
        ParentProcess parent = new ParentProcess(null, LogOutput.system(), Map.of());
        parent.ready();
        parent.failed();
    }
}
