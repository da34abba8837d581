package dev.adit.tools.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.ip.port.ErrnoException;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

class ErrorTextTest {
    @Test
    void isInTheWordsOfStrerror() {
        String folder = "/var/run/wireguard";
        assertThat(
                        ErrorText.of(
                                new ErrnoException(
                                        "bind", 98, "EADDRINUSE: Address already in use")))
                .isEqualTo("Address already in use");
        assertThat(ErrorText.of(new AccessDeniedException(folder))).isEqualTo("Permission denied");
        assertThat(ErrorText.of(new NoSuchFileException(folder)))
                .isEqualTo("No such file or directory");
        assertThat(ErrorText.of(new FileSystemException(folder, null, "Not a directory")))
                .isEqualTo("Not a directory");
        assertThat(ErrorText.of(new IOException("Connection refused")))
                .isEqualTo("Connection refused");
    }
}
