package dev.adit.tools.terminal;

import dev.adit.ip.port.ErrnoException;

import java.io.IOException;
import java.nio.file.FileSystemException;

/// Why an interface cannot be reached, in the words of strerror(3). Stateless.
public final class ErrorText {
    /// The words, without the function and the symbol of the error number.
    public static String of(IOException failure) {
        // Its folder may be closed.
        if (failure instanceof FileSystemException) return FileErrorText.of(failure);
        String message = String.valueOf(failure.getMessage());
        if (!(failure instanceof ErrnoException)) return message;
        // Before the words stand the function and the number's symbol.
        return message.substring(message.lastIndexOf(": ") + 1).strip();
    }

    private ErrorText() {}
}
