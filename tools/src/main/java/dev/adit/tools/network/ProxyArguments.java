package dev.adit.tools.network;

import dev.adit.net.NamePolicy;
import dev.adit.net.NetworkBuilder;
import dev.adit.proxy.ProxyOptions;
import dev.adit.proxy.UsersFile;
import dev.adit.tools.terminal.CommandFailure;
import dev.adit.tools.terminal.FileErrorText;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/// The parsed arguments of `adit proxy`. Immutable.
///
/// @param config a path, a name, or `-`
/// @param settings for the network
/// @param checks true when nothing is to be served
record ProxyArguments(
        String config,
        ProxyOptions options,
        List<Consumer<NetworkBuilder>> settings,
        boolean checks) {

    /// Parses them.
    ///
    /// @throws CommandFailure when they are wrong
    static ProxyArguments parse(List<String> arguments) throws CommandFailure {
        return new Parser(arguments.iterator()).parse();
    }

    /// Makes the settings.
    void set(NetworkBuilder builder) {
        settings.forEach(setting -> setting.accept(builder));
    }

    /// Confined to one thread.
    private static final class Parser {
        private final Iterator<String> words;
        private final ProxyOptions.Builder to = ProxyOptions.builder();
        private final List<Consumer<NetworkBuilder>> settings = new ArrayList<>();
        private @Nullable String config;
        private boolean checks;
        private boolean servesSomewhere;

        Parser(Iterator<String> words) {
            this.words = words;
        }

        ProxyArguments parse() throws CommandFailure {
            while (words.hasNext()) take(words.next());
            if (config == null) throw CommandFailure.usage("The configuration is missing");
            try {
                if (!servesSomewhere) to.listen("127.0.0.1:1080");
                return new ProxyArguments(config, to.build(), List.copyOf(settings), checks);
            } catch (IllegalArgumentException e) {
                throw CommandFailure.usage(e.getMessage() + ": --users FILE, or --open");
            }
        }

        private void take(String word) throws CommandFailure {
            if (word.startsWith("-") && !word.equals("-")) {
                option(word);
            } else {
                if (config != null) throw invalid(word);
                config = word;
            }
        }

        private void option(String word) throws CommandFailure {
            servesSomewhere |= WHERE.contains(word);
            try {
                switch (word) {
                    case "--open" -> to.open();
                    case "--check" -> checks = true;
                    case "--users" -> to.users(users(value(word)));
                    case "--mtu" -> mtu(value(word));
                    case "--names" -> names(value(word));
                    case "--listen" -> to.listen(value(word));
                    case "--tcp" -> to.tcp(value(word));
                    case "--udp" -> to.udp(value(word));
                    case "--serve" -> to.serve(value(word));
                    case "--dns" -> to.dns(value(word));
                    case "--health" -> to.health(value(word));
                    default -> throw invalid(word);
                }
            } catch (IllegalArgumentException e) {
                throw CommandFailure.usage(word + " " + e.getMessage());
            }
        }

        private static CommandFailure invalid(String word) {
            return CommandFailure.usage("Invalid argument: `" + word + "'");
        }

        private String value(String word) throws CommandFailure {
            if (words.hasNext()) return words.next();
            throw CommandFailure.usage(word + " needs a value");
        }

        private static UsersFile users(String file) throws CommandFailure {
            try {
                return UsersFile.read(Path.of(file));
            } catch (FileSystemException e) {
                throw new CommandFailure("adit proxy: " + FileErrorText.of(e));
            } catch (IOException e) {
                throw new CommandFailure("adit proxy: " + e.getMessage());
            }
        }

        private void mtu(String text) {
            boolean isNumber = text.matches("[0-9]{1,5}");
            int mtu = isNumber ? Integer.parseInt(text) : 0;
            if (mtu < 576 || mtu > 65_535) {
                throw new IllegalArgumentException("`" + text + "': not from 576 to 65535");
            }
            settings.add(builder -> builder.mtu(mtu));
        }

        private void names(String text) {
            NamePolicy policy =
                    switch (text) {
                        case "tunnel" -> NamePolicy.TUNNEL;
                        case "system" -> NamePolicy.SYSTEM;
                        case "tunnel-then-system" -> NamePolicy.TUNNEL_THEN_SYSTEM;
                        default ->
                                throw new IllegalArgumentException(
                                        "`" + text + "': tunnel, system or tunnel-then-system");
                    };
            settings.add(builder -> builder.names(policy));
        }

        private static final List<String> WHERE =
                List.of("--listen", "--tcp", "--udp", "--serve", "--dns");
    }
}
