package dev.adit.tools.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.tools.terminal.CommandFailure;
import dev.adit.tools.terminal.FakeTerminal;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The command `proxy`, as far as it goes without serving.
class ProxyCommandTest {
    private static final String CONFIG =
            """
            [Interface]
            PrivateKey = QH8sX6cvKqTqdjB3HzXKvYPpuPuXDJyeEv0bSGMdPHk=
            Address = 10.0.0.1/32
            """;
    private final FakeTerminal terminal = new FakeTerminal();
    @TempDir private Path folder;

    private int check(String config, String... options) throws CommandFailure, IOException {
        Path file = Files.writeString(folder.resolve("office.conf"), config);
        List<String> arguments = new ArrayList<>(List.of(file.toString(), "--check"));
        arguments.addAll(List.of(options));
        return new ProxyCommand().run(terminal.terminal(), arguments);
    }

    @Test
    void saysThatAConfigurationIsRight() throws Exception {
        assertThat(check(CONFIG + "DNS = 10.0.0.53\n", "--dns", "127.0.0.1")).isZero();
        assertThat(terminal.out()).isEqualTo("office: right\n");
    }

    @Test
    void namesTheFileThatHasNoNameServers() {
        assertThatThrownBy(() -> check(CONFIG + "DNS = corp.example\n", "--dns", "5353"))
                .isInstanceOf(CommandFailure.class)
                .hasMessage(
                        "adit proxy: %s: --dns needs a line `DNS =' with addresses",
                        folder.resolve("office.conf"));
    }

    @Test
    void refusesOtherHostsUnlessThatIsMeant() throws Exception {
        for (String option : List.of("--listen", "--dns")) {
            assertThatThrownBy(() -> check(CONFIG, option, "192.0.2.1:53"))
                    .isInstanceOf(CommandFailure.class)
                    .hasMessage(
                            "`192.0.2.1:53' would let other hosts in without a password:"
                                    + " --users FILE, or --open");
        }
        assertThat(check(CONFIG + "DNS = 10.0.0.53\n", "--open", "--dns", "192.0.2.1")).isZero();
    }
}
