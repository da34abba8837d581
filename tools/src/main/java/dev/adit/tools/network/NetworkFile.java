package dev.adit.tools.network;

import dev.adit.device.config.ConfigException;
import dev.adit.net.Network;
import dev.adit.net.NetworkBuilder;
import dev.adit.tools.terminal.CommandFailure;
import dev.adit.tools.terminal.FileErrorText;
import dev.adit.tools.terminal.Terminal;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/// The wg-quick file of a network: of a path, of a name in `/etc/wireguard` or
/// `~/.config/wireguard`, or standard input. Immutable.
///
/// @param path null for standard input
record NetworkFile(@Nullable Path path) {
    /// Finds it.
    ///
    /// @param argument a path, a name, or `-`
    static NetworkFile find(Terminal terminal, String argument) throws CommandFailure {
        return new NetworkFile(argument.equals("-") ? null : path(terminal, argument));
    }

    /// Opens the network.
    ///
    /// @param settings for it
    Network open(Terminal terminal, Consumer<NetworkBuilder> settings) throws CommandFailure {
        NetworkBuilder builder = Network.builder();
        settings.accept(builder);
        try {
            if (path == null) return openInput(terminal.in(), builder);
            return builder.config(path).build();
        } catch (FileSystemException e) {
            throw failure(FileErrorText.of(e));
        } catch (ConfigException | IOException e) {
            throw failure(e.getMessage());
        }
    }

    @Override
    public String toString() {
        return path == null ? "standard input" : path.toString();
    }

    private static Network openInput(InputStream in, NetworkBuilder builder)
            throws CommandFailure, IOException, ConfigException {
        byte[] text = new byte[MOST_BYTES];
        try {
            int length = in.readNBytes(text, 0, text.length);
            if (length == text.length) throw failure("standard input is too long");
            byte[] config = Arrays.copyOf(text, length);
            try {
                return builder.config("stdin", config).build();
            } finally {
                Arrays.fill(config, (byte) 0);
            }
        } finally {
            Arrays.fill(text, (byte) 0);
        }
    }

    private static Path path(Terminal terminal, String argument) throws CommandFailure {
        if (!NAME.matcher(argument).matches()) return Path.of(argument);
        String home = terminal.environment().getOrDefault("HOME", "/");
        List<Path> places =
                List.of(
                        Path.of("/etc/wireguard", argument + ".conf"),
                        Path.of(home, ".config/wireguard", argument + ".conf"));
        for (Path place : places) if (Files.exists(place)) return place;
        if (Files.exists(Path.of(argument))) return Path.of(argument);
        throw failure("there is neither " + places.getFirst() + " nor " + places.getLast());
    }

    private static CommandFailure failure(@Nullable String message) {
        return new CommandFailure("adit: " + message);
    }

    private static final int MOST_BYTES = 1 << 20;
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_=+-][a-zA-Z0-9_=+.-]{0,63}");
}
