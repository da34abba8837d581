package dev.adit.tools.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.LocalDateTime;

class LogLineTest {
    private static final LocalDateTime TIME = LocalDateTime.of(2026, 1, 2, 15, 4, 5, 999_999_999);

    @ParameterizedTest
    @CsvSource({"TRACE,DEBUG", "DEBUG,DEBUG", "INFO,INFO", "WARNING,ERROR", "ERROR,ERROR"})
    void looksLikeThatOfWireguardGoWithALevelMore(Level level, String word) {
        assertThat(LogLine.format(level, "wg0", TIME, "Interface created"))
                .isEqualTo(word + ": 2026/01/02 15:04:05 wg0: Interface created\n");
    }

    @Test
    void isOneLineWhateverTheText() {
        String line = LogLine.format(Level.ERROR, "wg0", TIME, "a\nb\r\n\tc\0\33[31md\u0085e");
        assertThat(line).isEqualTo("ERROR: 2026/01/02 15:04:05 wg0: a b   c  [31md e\n");
    }

    @Test
    void keepsOtherLanguages() {
        assertThat(LogLine.format(Level.DEBUG, "wg0", TIME, "peer(ABCD…WXYZ)"))
                .endsWith(" peer(ABCD…WXYZ)\n");
    }

    @Test
    void describesAnExpectedFailureByItsMessage() {
        assertThat(LogLine.describe(new IOException("bind: EADDRINUSE")))
                .isEqualTo("bind: EADDRINUSE");
        assertThat(LogLine.describe(new IOException())).isEqualTo("java.io.IOException");
    }

    @Test
    void describesABugByWhereItHappened() {
        IllegalStateException bug =
                new IllegalStateException("odd", new ArithmeticException("by zero"));
        assertThat(LogLine.describe(bug))
                .startsWith("java.lang.IllegalStateException: odd at ")
                .contains("LogLineTest.describesABugByWhereItHappened(LogLineTest.java:")
                .contains("; java.lang.ArithmeticException: by zero at ");
    }
}
