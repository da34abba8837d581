package dev.adit.tools.terminal;

import dev.adit.ip.port.ErrnoException;

import java.io.IOException;
import java.nio.file.FileSystemException;

/// Describes why an interface cannot be reached, in the words of strerror(3). Stateless.
public final class ErrorText {
    /// The message without the function and the symbol of the error number.
    public static String of(IOException failure) {
        // Its folder may be inaccessible.
        if (failure instanceof FileSystemException) return FileErrorText.of(failure);
        String message = String.valueOf(failure.getMessage());
        if (!(failure instanceof ErrnoException)) return message;
        // The message follows the function and the symbol.
        return message.substring(message.lastIndexOf(": ") + 1).strip();
    }

    private ErrorText() {}
}
