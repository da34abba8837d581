package dev.adit.tools.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.tools.Adit;
import dev.adit.tools.terminal.Tool;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The command `nc` as a process of its own.
class NetcatTest {
    @TempDir private Path folder;

    /// What ssh(1) would take for the server's words.
    @Test
    void writesNothingOfItsOwnToStandardOutput() throws Exception {
        Path config =
                Files.writeString(
                        folder.resolve("office.conf"),
                        """
                        [Interface]
                        PrivateKey = QH8sX6cvKqTqdjB3HzXKvYPpuPuXDJyeEv0bSGMdPHk=
                        Address = 10.0.0.1/32
                        """);
        List<String> command = program();
        command.addAll(List.of("nc", config.toString(), "10.0.0.9", "22"));
        Tool.Outcome outcome = Tool.run("", Map.of("LOG_LEVEL", "debug"), command);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err())
                .contains("Interface up requested")
                .contains("adit nc: ")
                .contains("no peer of office has 10.0.0.9 in its AllowedIPs");
        assertThat(outcome.status()).isEqualTo(1);
    }

    private static List<String> program() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        String modules = System.getProperty("jdk.module.path");
        String main = Adit.class.getName();
        command.addAll(
                modules == null
                        ? List.of("-cp", System.getProperty("java.class.path"), main)
                        : List.of("-p", modules, "-m", "dev.adit.tools/" + main));
        return command;
    }
}
