package dev.adit.tools;

import dev.adit.tools.terminal.Command;
import dev.adit.tools.terminal.Manual;

import java.util.List;

/// The texts of `adit help`, and those of wg(8) in their place. Stateless.
final class Help {
    /// The help that lists all commands for people.
    static String of(String program, List<Command> commands) {
        StringBuilder text = head(program);
        for (Command command : commands) {
            if (command.summary() != null) line(text, command);
        }
        text.append("See `").append(program).append(" help <cmd>' for any of these, and docs/ for");
        return text.append(" the daemon, `aditd'.").toString();
    }

    /// The commands of wg(8), in wg's own format.
    static String ofWg(String program, List<Command> commands) {
        StringBuilder text = head(program);
        for (Command command : commands) {
            if (command.usageOfWg() != null) line(text, command);
        }
        return text.append("You may pass `--help' to any of these subcommands to view usage.")
                .toString();
    }

    private static StringBuilder head(String program) {
        return new StringBuilder("Usage: " + program + " <cmd> [<args>]\n\n")
                .append("Available subcommands:\n");
    }

    private static void line(StringBuilder text, Command command) {
        text.append("  ").append(command.name()).append(": ").append(command.summary());
        text.append('\n');
    }

    /// The help of one command.
    static String of(String program, Command command) {
        Manual manual = command.manual();
        StringBuilder text = new StringBuilder("Usage: ").append(program).append(' ');
        text.append(command.usage()).append("\n\n").append(manual.about());
        if (!manual.words().isEmpty()) text.append('\n');
        int width = manual.words().stream().mapToInt(word -> word.word().length()).max().orElse(0);
        for (Manual.Word word : manual.words()) {
            text.append("\n  ").append(word.word());
            text.repeat(' ', width - word.word().length() + 2).append(word.meaning());
        }
        if (!manual.example().isEmpty()) {
            text.append("\n\nExample:\n  ").append(manual.example());
        }
        return text.toString();
    }

    private Help() {}
}
