package dev.adit.tools.show;

import dev.adit.device.io.ErrnoException;

import java.io.IOException;

/// Why an interface cannot be reached, in the words of strerror(3). Stateless.
final class Reason {
    static String of(IOException failure) {
        String message = String.valueOf(failure.getMessage());
        if (!(failure instanceof ErrnoException)) return message;
        // Before the words stand the function and the number's symbol.
        return message.substring(message.lastIndexOf(": ") + 1).strip();
    }

    private Reason() {}
}
