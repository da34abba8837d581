package dev.adit.tools.quick;

import dev.adit.device.config.file.WgQuickFile;
import dev.adit.tools.host.StateFolder;
import dev.adit.tools.host.SystemHost;

import java.io.IOException;
import java.util.List;

/// Runs the user's command lines in a shell like that of wg-quick(8): bash, which ends at the first
/// failure, in the C locale, with the variables and functions that hooks use there. Confined to one
/// thread.
///
/// The shell reads its script from a file that only its owner can open: other users can read a
/// process's arguments and environment, and their size is limited. The private key is in neither: a
/// hook that uses `WG_CONFIG` gets the output of `strip`.
final class HookShell {
    private final StateFolder folder;
    private final String name;
    private final String variables;

    /// @param folder the folder for the script while it runs
    /// @param name the interface
    /// @param conf the configuration, whose values become variables and are never evaluated
    /// @param file the configuration file, one character per byte
    /// @param program the name of the program
    /// @param arguments those of the program: the verb, and the interface or file it was given
    HookShell(
            StateFolder folder,
            String name,
            WgQuickFile conf,
            String file,
            String program,
            List<String> arguments) {
        this.folder = folder;
        this.name = name;
        StringBuilder text = new StringBuilder();
        text.append(array("ARGS", arguments));
        text.append(variable("PROGRAM", program));
        text.append(variable("INTERFACE", name));
        text.append(variable("CONFIG_FILE", file));
        text.append(array("ADDRESSES", conf.addresses()));
        text.append(variable("MTU", conf.mtu()));
        text.append(array("DNS", conf.dns()));
        text.append(array("DNS_SEARCH", conf.dnsSearch()));
        text.append(variable("TABLE", conf.table()));
        text.append(array("PRE_UP", conf.preUp()));
        text.append(array("POST_UP", conf.postUp()));
        text.append(array("PRE_DOWN", conf.preDown()));
        text.append(array("POST_DOWN", conf.postDown()));
        text.append(variable("SAVE_CONFIG", conf.saveConfig() ? "1" : "0"));
        variables = text.toString();
    }

    /// Runs a line to its end.
    ///
    /// @return its exit status
    int run(SystemHost host, String line) throws IOException {
        String file = "." + name + SCRIPT + ProcessHandle.current().pid();
        try {
            folder.write(file, script(line));
            return host.run(argv(folder.path(file).toString()), null);
        } finally {
            folder.delete(file);
        }
    }

    /// The command that runs the script in a file.
    private static List<String> argv(String file) {
        String read = "script=$(<\"$1\"); eval \"$script\"";
        return List.of(
                "bash", "-e", "-o", "pipefail", "-O", "extglob", "-c", "--", read, "bash", file);
    }

    /// The whole script, which ends with the hook on a line of its own.
    private String script(String line) {
        boolean configured = line.contains("WG_CONFIG");
        return "set --; unset script WG_CONFIG\n"
                + variables
                + FUNCTIONS
                + (configured ? STRIPPED : "")
                + "eval -- "
                + quote(line)
                + "\n";
    }

    private static String variable(String variable, String value) {
        return variable + "=" + quote(value) + "\n";
    }

    private static String array(String variable, List<String> values) {
        StringBuilder text = new StringBuilder(variable).append("=(");
        values.forEach(value -> text.append(' ').append(quote(value)));
        return text.append(" )\n").toString();
    }

    /// Quotes `value` as a single word for the shell.
    static String quote(String value) {
        return "'" + value.replace("'", "'\\''") + "'";
    }

    private static final String SCRIPT = ".hook-script-";

    private static final String FUNCTIONS =
            """
            cmd() { echo "[#] $*" >&2; "$@"; }
            die() { echo "$PROGRAM: $*" >&2; exit 1; }
            """;

    /// The lines for wg(8), with the keys, over a pipe.
    private static final String STRIPPED = "WG_CONFIG=$(adit strip \"${ARGS[1]}\")$'\\n'\n";
}
