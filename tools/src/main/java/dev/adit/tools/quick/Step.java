package dev.adit.tools.quick;

import dev.adit.device.config.file.WgQuickFile;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// One change to the system, as data. Immutable.
///
/// Texts from a configuration file are one character per byte, as in [WgQuickFile].
sealed interface Step {
    /// The text shown before the step is done.
    String echo();

    /// The step's standard input, or null for the terminal.
    default @Nullable String input() {
        return null;
    }

    /// True when the next steps are done even if this one fails.
    default boolean optional() {
        return false;
    }

    /// A command, run without a shell.
    ///
    /// @param argv its words; the first is a name to be looked up
    record Run(List<String> argv, @Nullable String input, boolean optional) implements Step {
        public Run {
            argv = List.copyOf(argv);
        }

        @Override
        public String echo() {
            return String.join(" ", argv);
        }
    }

    /// A command line of the user, run by bash.
    record Hook(String line, boolean optional) implements Step {
        @Override
        public String echo() {
            return line;
        }
    }

    /// Adds the keys and peers of the file to those of the interface.
    ///
    /// @param file the configuration file, as it is shown
    record AddConf(String name, String file) implements Step {
        @Override
        public String echo() {
            return "adit addconf " + name + " <(adit strip " + file + ")";
        }
    }

    /// Sets the interface's firewall mark, by which its own packets bypass it.
    record SetMark(String name, int mark) implements Step {
        @Override
        public String echo() {
            return "adit set " + name + " fwmark " + mark;
        }
    }

    /// Writes the interface's state to the configuration file.
    record Save(String name, String file) implements Step {
        @Override
        public String echo() {
            return "adit save " + file;
        }
    }

    /// A required command.
    static Step run(String... argv) {
        return new Run(List.of(argv), null, false);
    }

    /// A required command with that standard input.
    static Step feed(String input, String... argv) {
        return new Run(List.of(argv), input, false);
    }

    /// The same step, but optional. Only steps that may be undone in part have such a variant.
    static Step mayFail(Step step) {
        return switch (step) {
            case Run run -> new Run(run.argv, run.input, true);
            case Hook hook -> new Hook(hook.line, true);
            case AddConf _, SetMark _, Save _ ->
                    throw new IllegalArgumentException(step.toString());
        };
    }
}
