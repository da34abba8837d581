package dev.adit.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.fuzz.CommandWords;
import dev.adit.fuzz.Input;
import dev.adit.fuzz.Target;
import dev.adit.tools.keys.PubKey;
import dev.adit.tools.terminal.Command;
import dev.adit.tools.terminal.CommandFailure;
import dev.adit.tools.terminal.Manual;
import dev.adit.tools.terminal.Terminal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The command line of `adit` as far as it says which command is meant, under each of its names; no
/// command but `pubkey` is run, and that reads a key. There is an answer to everything, on the
/// right stream.
public final class ProgramFuzz implements Target {
    private final CommandWords words = new CommandWords();
    private final Adit adit;

    public ProgramFuzz() {
        List<Command> commands = new ArrayList<>();
        for (Command command : Adit.standard().commands()) {
            commands.add(command instanceof PubKey ? command : new Refusing(command));
        }
        adit = new Adit(commands);
    }

    @Override
    public void take(byte[] bytes) {
        Input input = new Input(bytes);
        String program = PROGRAMS[input.below(PROGRAMS.length)];
        byte[] standardInput = input.bytes(input.u8());
        ByteArrayOutputStream out = new ByteArrayOutputStream(), err = new ByteArrayOutputStream();
        Terminal terminal =
                new Terminal(
                        program,
                        new ByteArrayInputStream(standardInput),
                        out,
                        err,
                        Map.of(),
                        input.flag());
        List<String> arguments = new ArrayList<>();
        if (!input.isEmpty()) arguments.addAll(words.of(input.text(), Set.of()));
        arguments.removeIf(VERSION::contains); // it is that of a module, and there is none here
        int status = adit.run(terminal, arguments);
        assertThat(status).isBetween(0, 1);
        assertThat((status == 0 ? out : err).size()).isPositive();
        assertThat((status == 0 ? err : out).size()).isZero();
        String key = new String(standardInput, StandardCharsets.ISO_8859_1).strip();
        boolean said = arguments.stream().anyMatch(argument -> argument.contains(key));
        if (key.length() > 30 && !said)
            assertThat(err.toString(StandardCharsets.UTF_8)).doesNotContain(key);
    }

    /// A command that complains about its last argument.
    private record Refusing(Command command) implements Command {
        @Override
        public String name() {
            return command.name();
        }

        @Override
        public String summary() {
            return command.summary();
        }

        @Override
        public String usage() {
            return command.usage();
        }

        @Override
        public String usageOfWg() {
            return command.usageOfWg();
        }

        @Override
        public Manual manual() {
            return command.manual();
        }

        @Override
        public int run(Terminal terminal, List<String> arguments) throws CommandFailure {
            if (arguments.isEmpty()) throw CommandFailure.usage();
            throw new CommandFailure("Invalid argument: `" + arguments.getLast() + "'");
        }
    }

    private static final Set<String> VERSION = Set.of("-v", "--version", "version");
    private static final String[] PROGRAMS = {
        "adit", "wg", "/usr/bin/wg", "wgconfig", "wg-keygen", ""
    };
}
