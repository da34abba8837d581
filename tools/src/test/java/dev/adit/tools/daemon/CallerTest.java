package dev.adit.tools.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.tools.log.Console;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

/// With an environment that keeps the console, because that is standard output of this test.
class CallerTest {
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
        new Caller(report, Console.system(), KEEP).ready();
        assertThat(report).hasToString("ready\n");
        assertThat(closed).isTrue();
    }

    @Test
    void hearsThatThereWillBeNone() {
        new Caller(report, Console.system(), KEEP).failed();
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
        Caller caller = new Caller(broken, Console.system(), KEEP);
        assertThatThrownBy(caller::ready).isInstanceOf(IOException.class);
        caller.failed();
    }

    @Test
    void isNotToldWhenNobodyWaits() throws IOException {
        Caller caller = new Caller(null, Console.system(), Map.of());
        caller.ready();
        caller.failed();
    }
}
