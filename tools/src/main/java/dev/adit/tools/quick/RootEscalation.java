package dev.adit.tools.quick;

import dev.adit.tools.host.SystemHost;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/// Runs our program again as root. Immutable.
///
/// @param root whether we are root
/// @param launcher the program to run as root, or null when it is not known
record RootEscalation(
        SystemHost host, VerbOutput console, boolean root, @Nullable String launcher) {
    static RootEscalation system(SystemHost host, VerbOutput console, @Nullable String home) {
        String program = console.program().equals("wg-quick") ? "compat/bin/wg-quick" : "adit";
        return new RootEscalation(
                host, console, isRoot(), home == null ? null : home + "/" + program);
    }

    private static boolean isRoot() {
        try {
            return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
        } catch (IOException e) {
            return true; // unknown; steps that need root will fail
        }
    }

    /// True when a verb has to be run as root.
    ///
    /// @param looksOnly true when it changes nothing
    /// @param readable whether we can read the files it needs
    boolean isNeeded(boolean looksOnly, BooleanSupplier readable) {
        return !root && !(looksOnly && readable.getAsBoolean());
    }

    /// Runs our program as root.
    ///
    /// @return its exit status
    int run(List<String> arguments) throws VerbFailure, IOException {
        if (launcher == null || host.find("sudo").isEmpty()) {
            throw new VerbFailure("must be run as root");
        }
        String prompt =
                console.program()
                        + " must be run as root. Please enter the password for %u to continue: ";
        List<String> argv = new ArrayList<>(List.of("sudo", "-p", prompt, "--", launcher));
        argv.addAll(arguments);
        return host.run(argv, null);
    }
}
