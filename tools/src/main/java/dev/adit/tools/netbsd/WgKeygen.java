package dev.adit.tools.netbsd;

import dev.adit.protocol.keys.PrivateKey;
import dev.adit.protocol.keys.SecretKey;
import dev.adit.tools.keys.FreshKey;
import dev.adit.tools.terminal.Command;
import dev.adit.tools.terminal.CommandFailure;
import dev.adit.tools.terminal.ErasableText;
import dev.adit.tools.terminal.Manual;
import dev.adit.tools.terminal.Terminal;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;

/// The command `wg-keygen`, which generates keys, as NetBSD does. Immutable.
public record WgKeygen() implements Command {
    @Override
    public String name() {
        return "wg-keygen";
    }

    @Override
    public String summary() {
        return "Generates keys like NetBSD";
    }

    @Override
    public String usage() {
        return "wg-keygen [--pub | --psk]";
    }

    @Override
    public Manual manual() {
        return Manual.of(
                        """
                        Prints a new private key.\
                        """)
                .with("--pub", "print the public key of the private key on standard input")
                .with("--psk", "print a new preshared key")
                .example("wg-keygen");
    }

    @Override
    public int run(Terminal terminal, List<String> arguments) throws CommandFailure, IOException {
        if (arguments.isEmpty()) return print(terminal, FreshKey.privateKey());
        if (arguments.equals(List.of("--psk"))) return print(terminal, FreshKey.presharedKey());
        if (arguments.equals(List.of("--pub"))) return publicKey(terminal);
        terminal.warn(USAGE.stripTrailing());
        return 1;
    }

    private static int print(Terminal terminal, SecretKey key) throws IOException {
        try (ErasableText text = new ErasableText()) {
            text.add(key).add("\n").writeTo(terminal.out());
            return 0;
        } finally {
            key.erase();
        }
    }

    private static int publicKey(Terminal terminal) throws CommandFailure, IOException {
        byte[] line = new byte[NetBsdKeyFile.LENGTH + 1];
        try {
            int length = readLine(terminal.in(), line);
            if (length != NetBsdKeyFile.LENGTH) {
                throw new CommandFailure("wg-keygen: Invalid length of a private key");
            }
            PrivateKey key =
                    PrivateKey.fromBase64(line, 0, length)
                            .orElseThrow(
                                    () ->
                                            new CommandFailure(
                                                    "wg-keygen: " + NetBsdKeyFile.NOT_BASE64));
            try {
                terminal.print(key.publicKey().toBase64());
            } finally {
                key.erase();
            }
            return 0;
        } finally {
            Arrays.fill(line, (byte) 0);
        }
    }

    /// Reads up to the end of the line or of `line`; returns the number of characters.
    private static int readLine(InputStream in, byte[] line) throws IOException {
        int length = 0;
        for (int c = in.read(); c >= 0 && c != '\n' && length < line.length; c = in.read()) {
            line[length++] = (byte) c;
        }
        return length;
    }

    private static final String USAGE =
            """
            Usage:
            \twg-keygen       : Generate a private key
            \twg-keygen --pub : Make the public key of the private key on standard input
            \twg-keygen --psk : Generate a preshared key
            """;
}
