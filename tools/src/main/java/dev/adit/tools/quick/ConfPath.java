package dev.adit.tools.quick;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which file and which interface an argument means. Immutable.
///
/// @param file the file itself, behind all links
/// @param name the interface, from the name that was given, which a link may change
record ConfPath(Path file, String name) {
    /// @param argument a path, or the name of an interface whose file is in `directory`
    /// @throws Failure when there is no such file, or it is not called after an interface
    static ConfPath of(String argument, Path directory) throws VerbFailure, IOException {
        String path =
                NAME.matcher(argument).matches() ? directory + "/" + argument + ".conf" : argument;
        if (path.indexOf('\0') >= 0 || !Files.exists(Path.of(path))) {
            throw new VerbFailure("`" + VerbOutput.bytes(path) + "' does not exist");
        }
        Matcher matcher = FILE.matcher(path);
        if (!matcher.find()) {
            throw new VerbFailure(
                    "The config file must be a valid interface name, followed by .conf");
        }
        return new ConfPath(Path.of(path).toRealPath(), matcher.group(1));
    }

    /// The file's path for messages, one character per byte.
    String shown() {
        return VerbOutput.bytes(file.toString());
    }

    /// Whether everyone may do something with the file, and come that far.
    boolean isWorldAccessible() throws IOException {
        return (mode(file) & mode(file.getParent()) & 7) != 0;
    }

    private static int mode(Path path) throws IOException {
        return (int) Files.getAttribute(path, "unix:mode");
    }

    /// A name of an interface: neither an option nor `.` or `..`, which the kernel refuses.
    private static final String INTERFACE = "(?!-)(?![.]{1,2}(?:[.]conf)?$)[a-zA-Z0-9_=+.-]{1,15}";

    private static final Pattern NAME = Pattern.compile(INTERFACE);
    private static final Pattern FILE = Pattern.compile("(?:^|/)(" + INTERFACE + ")\\.conf$");
}
