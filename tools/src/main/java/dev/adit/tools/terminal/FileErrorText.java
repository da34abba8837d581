package dev.adit.tools.terminal;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Describes why a file cannot be read, in the words of strerror(3). Stateless.
public final class FileErrorText {
    /// The message without the file's name.
    public static String of(IOException failure) {
        return switch (failure) {
            case NoSuchFileException _ -> "No such file or directory";
            case AccessDeniedException _ -> "Permission denied";
            default -> {
                // The message follows the file's name, if the JDK gives it.
                String message = String.valueOf(failure.getMessage());
                yield message.substring(message.lastIndexOf(": ") + 1).strip();
            }
        };
    }

    /// The path of `file`, which is not a file name when it is empty.
    ///
    /// @throws NoSuchFileException when it is empty, which the JDK takes for the current folder
    public static Path path(String file) throws NoSuchFileException {
        if (file.isEmpty()) throw new NoSuchFileException(file);
        return Path.of(file);
    }

    private FileErrorText() {}
}
