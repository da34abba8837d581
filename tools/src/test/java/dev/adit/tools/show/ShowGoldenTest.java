package dev.adit.tools.show;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.device.config.DeviceControl;
import dev.adit.ip.port.ErrnoException;
import dev.adit.tools.host.Interfaces;
import dev.adit.tools.terminal.FakeTerminal;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Every form of `show`, on two interfaces: wg0 has three peers, wg1 is fresh.
///
/// In `src/test/resources/show/golden.txt`, `$` begins a command, which settings of the environment
/// may precede. What it prints follows; `^[` stands for an escape.
class ShowGoldenTest {
    private static final Path FILE = Path.of("src/test/resources/show/golden.txt");

    /// @param output what it prints
    record Form(String command, String output) {
        @Override
        public String toString() {
            return command;
        }
    }

    static List<Form> forms() throws IOException {
        List<Form> forms = new ArrayList<>();
        for (String block : Files.readString(FILE).split("(?m)^\\$ ")) {
            int end = block.indexOf('\n');
            if (block.isBlank() || block.startsWith("#")) continue;
            String output = block.substring(end + 1).replace("^[", "\33");
            forms.add(new Form(block.substring(0, end), output));
        }
        return forms;
    }

    @ParameterizedTest
    @MethodSource("forms")
    void prints(Form form) throws Exception {
        String shown;
        Instant now;
        do { // as it depends on the second
            now = Instant.now();
            shown = show(form.command, now);
        } while (now.getEpochSecond() != Instant.now().getEpochSecond());
        String expected =
                form.output
                        .replace("HANDSHAKE_B", "" + (now.getEpochSecond() - 3 * 86_400 - 3601))
                        .replace("HANDSHAKE_C", "" + (now.getEpochSecond() - 62));
        assertThat(shown).isEqualTo(expected);
    }

    private static String show(String command, Instant now) throws Exception {
        FakeTerminal terminal = new FakeTerminal();
        Map<String, String> environment = new HashMap<>();
        List<String> words = new ArrayList<>(List.of(command.split(" ")));
        for (; words.getFirst().contains("="); words.removeFirst()) {
            String[] setting = words.getFirst().split("=");
            environment.put(setting[0], setting[1]);
        }
        terminal.environment(environment);
        assertThat(words.removeFirst()).isEqualTo("show");
        assertThat(new Show(interfaces(now)).run(terminal.terminal(), words)).isZero();
        assertThat(terminal.err()).isEmpty();
        return terminal.out();
    }

    private static Interfaces interfaces(Instant now) {
        Statuses.Fixed full = () -> Statuses.full(now), fresh = Statuses::empty;
        Map<String, DeviceControl> devices = Map.of("wg0", full, "wg1", fresh);
        return new Interfaces() {
            @Override
            public List<String> names() {
                return List.of("wg0", "wg1");
            }

            @Override
            public DeviceControl device(String name) {
                Statuses.Fixed missing =
                        () -> {
                            throw new ErrnoException("connect", 19, "ENODEV: No such device");
                        };
                return devices.getOrDefault(name, missing);
            }
        };
    }
}
