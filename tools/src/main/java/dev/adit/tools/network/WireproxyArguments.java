package dev.adit.tools.network;

import dev.adit.tools.terminal.CommandFailure;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/// The arguments of `wireproxy`. Immutable.
///
/// @param config the file
/// @param isSilent nothing is told
/// @param checks only whether the file is right
/// @param isVersion only the version is asked for
/// @param health where health and metrics are served, empty for nowhere
record WireproxyArguments(
        Path config, boolean isSilent, boolean checks, boolean isVersion, String health) {

    /// Parses them. Without a file, the first one there is of `/etc/wireproxy/wireproxy.conf` and
    /// `~/.config/wireproxy.conf`.
    static WireproxyArguments parse(List<String> arguments, Map<String, String> environment)
            throws CommandFailure {
        String config = "", health = "";
        boolean isSilent = false, checks = false, isVersion = false;
        for (Iterator<String> words = arguments.iterator(); words.hasNext(); ) {
            String word = words.next();
            int equals = word.startsWith("--") ? word.indexOf('=') : -1;
            switch (equals < 0 ? word : word.substring(0, equals)) {
                case "-c", "--config" -> config = value(word, words);
                case "-i", "--info" -> health = value(word, words);
                case "-s", "--silent" -> isSilent = true;
                case "-n", "--configtest" -> checks = true;
                case "-v", "--version" -> isVersion = true;
                case "-d", "--daemon" ->
                        throw CommandFailure.usage("The program in compat/bin knows " + word);
                default -> throw CommandFailure.usage("Invalid argument: `" + word + "'");
            }
        }
        Path file = config.isEmpty() && !isVersion ? usual(environment) : Path.of(config);
        return new WireproxyArguments(file, isSilent, checks, isVersion, health);
    }

    /// The value of an option: behind its `=`, or the next word.
    private static String value(String word, Iterator<String> words) throws CommandFailure {
        int equals = word.startsWith("--") ? word.indexOf('=') : -1;
        if (equals >= 0) return word.substring(equals + 1);
        if (words.hasNext()) return words.next();
        throw CommandFailure.usage(word + " needs a value");
    }

    private static Path usual(Map<String, String> environment) throws CommandFailure {
        List<Path> places =
                List.of(
                        Path.of("/etc/wireproxy/wireproxy.conf"),
                        Path.of(environment.getOrDefault("HOME", "/"), ".config/wireproxy.conf"));
        for (Path place : places) if (Files.exists(place)) return place;
        throw CommandFailure.usage("-c FILE is missing");
    }
}
