package dev.adit.tools.keys;

import dev.adit.protocol.keys.SecretKey;
import dev.adit.tools.terminal.Command;
import dev.adit.tools.terminal.CommandFailure;
import dev.adit.tools.terminal.ErasableText;
import dev.adit.tools.terminal.Manual;
import dev.adit.tools.terminal.Terminal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The commands `genkey` and `genpsk`, which print a new random key. Immutable.
///
/// @param clamped true for a Curve25519 private key, with its fixed bits set (RFC 7748 §5)
public record GenerateKey(String name, String summary, boolean clamped) implements Command {
    /// The command `genkey`.
    public static GenerateKey privateKey() {
        return new GenerateKey(
                "genkey", "Generates a new private key and writes it to stdout", true);
    }

    /// The command `genpsk`.
    public static GenerateKey presharedKey() {
        return new GenerateKey(
                "genpsk", "Generates a new preshared key and writes it to stdout", false);
    }

    @Override
    public String usage() {
        return name;
    }

    @Override
    public String usageOfWg() {
        return usage();
    }

    @Override
    public Manual manual() {
        String about =
                clamped
                        ? "Prints a new private key. It is a secret: write it to a file with"
                                + " umask 077."
                        : "Prints a new preshared key, for both ends of a tunnel.";
        String file = clamped ? "key" : "psk";
        return Manual.of(about).example("(umask 077; adit " + name + " > " + file + ")");
    }

    @Override
    public int run(Terminal terminal, List<String> arguments) throws CommandFailure, IOException {
        if (!arguments.isEmpty()) throw CommandFailure.usage();
        warnWhenReadableByAll(terminal);
        SecretKey key = clamped ? FreshKey.privateKey() : FreshKey.presharedKey();
        try (ErasableText text = new ErasableText()) {
            text.add(key).add("\n").writeTo(terminal.out());
        } finally {
            key.erase();
        }
        return 0;
    }

    /// Warns when standard output is a file that every user may read.
    private static void warnWhenReadableByAll(Terminal terminal) {
        try {
            int mode = (Integer) Files.getAttribute(STANDARD_OUTPUT, "unix:mode");
            if ((mode & FILE_TYPE) == REGULAR_FILE && (mode & OTHERS) != 0) {
                terminal.warn("Warning: writing to world accessible file.");
                terminal.warn("Consider setting the umask to 077 and trying again.");
            }
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            // The platform cannot tell, or output is closed: the write that follows reports that.
        }
    }

    private static final Path STANDARD_OUTPUT = Path.of("/dev/fd/1");

    // inode(7)
    private static final int FILE_TYPE = 0170000;
    private static final int REGULAR_FILE = 0100000;
    private static final int OTHERS = 07;
}
