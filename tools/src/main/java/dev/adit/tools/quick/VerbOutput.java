package dev.adit.tools.quick;

import dev.adit.tools.terminal.Printable;
import dev.adit.tools.terminal.Terminal;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// The human-readable output of a verb. Confined to one thread.
///
/// Lines are one character per byte, like the texts of a configuration file; [#bytes] converts any
/// other text.
///
/// @param program the name that begins error messages
record VerbOutput(String program, OutputStream out, OutputStream err) {
    /// Shows a step before it is done.
    void echo(Step step) {
        line("[#] " + step.echo());
    }

    /// Prints a remark that is not an error.
    void note(String sentence) {
        line("[!] " + sentence);
    }

    /// Prints an error.
    void error(String sentence) {
        line(program + ": " + sentence);
    }

    /// Prints a line on standard error, without control characters.
    void line(String line) {
        try {
            err.write(Printable.of((line + "\n").getBytes(StandardCharsets.ISO_8859_1)));
            err.flush();
        } catch (IOException e) {
            // There is no reader left.
        }
    }

    /// Prints bytes on standard output unchanged. They may be secret and pass through no buffer
    /// here.
    void print(byte[] text) throws VerbFailure {
        try {
            out.write(text);
            out.flush();
        } catch (IOException e) {
            if (Terminal.isUnread(e)) throw VerbFailure.told(Terminal.UNREAD);
            throw new VerbFailure("cannot write the output: " + bytes(e.getMessage()));
        }
    }

    /// The text whose characters are the bytes of `text` in UTF-8.
    static String bytes(@Nullable String text) {
        byte[] utf8 = String.valueOf(text).getBytes(StandardCharsets.UTF_8);
        return new String(utf8, StandardCharsets.ISO_8859_1);
    }
}
