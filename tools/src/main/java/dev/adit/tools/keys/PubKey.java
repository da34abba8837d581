package dev.adit.tools.keys;

import dev.adit.protocol.keys.PrivateKey;
import dev.adit.tools.terminal.Command;
import dev.adit.tools.terminal.CommandFailure;
import dev.adit.tools.terminal.Manual;
import dev.adit.tools.terminal.Terminal;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/// The command `pubkey`, which reads a private key and prints its public key. Immutable.
public record PubKey() implements Command {
    @Override
    public String name() {
        return "pubkey";
    }

    @Override
    public String summary() {
        return "Reads a private key from stdin and writes a public key to stdout";
    }

    @Override
    public String usage() {
        return "pubkey";
    }

    @Override
    public String usageOfWg() {
        return usage();
    }

    @Override
    public Manual manual() {
        return Manual.of("Reads a private key and prints its public key, for the other side.")
                .example("adit pubkey < key");
    }

    @Override
    public int run(Terminal terminal, List<String> arguments) throws CommandFailure, IOException {
        if (!arguments.isEmpty()) throw CommandFailure.usage();
        PrivateKey key = read(terminal);
        try {
            terminal.print(key.publicKey().toBase64());
        } finally {
            key.erase();
        }
        return 0;
    }

    private static PrivateKey read(Terminal terminal) throws CommandFailure, IOException {
        byte[] text = new byte[LENGTH];
        try {
            int length = terminal.in().readNBytes(text, 0, LENGTH);
            if (length == LENGTH) refuseMore(terminal);
            return PrivateKey.fromBase64(text, 0, length)
                    .orElseThrow(
                            () -> failure(terminal, "Key is not the correct length or format"));
        } finally {
            Arrays.fill(text, (byte) 0);
        }
    }

    /// Checks that only white space and NUL follow the key.
    private static void refuseMore(Terminal terminal) throws CommandFailure, IOException {
        byte[] more = new byte[LENGTH];
        try {
            for (int n; (n = terminal.in().read(more)) > 0; ) {
                for (int i = 0; i < n; i++) {
                    boolean blank = more[i] == ' ' || more[i] >= '\t' && more[i] <= '\r';
                    if (!blank && more[i] != 0) {
                        throw failure(terminal, "Trailing characters found after key");
                    }
                }
            }
        } finally {
            Arrays.fill(more, (byte) 0);
        }
    }

    private static CommandFailure failure(Terminal terminal, String message) {
        return new CommandFailure(terminal.program() + ": " + message);
    }

    private static final int LENGTH = 44;
}
