package dev.adit.tools.quick;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The file and the interface that an argument names. Immutable.
///
/// @param file the file itself, with all links resolved
/// @param name the interface, from the given name, which may be that of a link
record ConfPath(Path file, String name) {
    /// @param argument a path, or the name of an interface whose file is in `directory`
    /// @throws VerbFailure when there is no such file, or its name is not that of an interface
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

    /// True when every user has some access to the file, and to its folder.
    boolean isWorldAccessible() throws IOException {
        return (mode(file) & mode(Objects.requireNonNull(file.getParent())) & 7) != 0;
    }

    private static int mode(Path path) throws IOException {
        return (int) Files.getAttribute(path, "unix:mode");
    }

    /// The pattern of interface names: neither an option nor `.` or `..`, which the kernel refuses.
    private static final String INTERFACE = "(?!-)(?![.]{1,2}(?:[.]conf)?$)[a-zA-Z0-9_=+.-]{1,15}";

    private static final Pattern NAME = Pattern.compile(INTERFACE);
    private static final Pattern FILE = Pattern.compile("(?:^|/)(" + INTERFACE + ")\\.conf$");
}
