package dev.adit.it.tcp;

import dev.adit.ip.packet.PacketBatch;
import dev.adit.it.lab.Netns;
import dev.adit.os.linux.LinuxTunFactory;
import dev.adit.stack.Stack;
import dev.adit.stack.script.Wire;

import org.assertj.core.api.Assertions;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A program of this package in a virtual machine of its own. Stateless.
final class TcpProgram {
    /// Runs it in a namespace to its end; what it printed.
    static String run(Netns netns, Class<?> main, String... arguments) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "nice", // the system's clock does not wait for other work
                                "-n",
                                "-19",
                                System.getProperty("java.home") + "/bin/java",
                                "-Xmx256m",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                classPath(),
                                main.getName()));
        command.addAll(List.of(arguments));
        return netns.command(command.toArray(String[]::new))
                .within(Duration.ofMinutes(5))
                .run()
                .ok()
                .out();
    }

    private static String classPath() {
        Class<?>[] one = {
            TcpTraces.class,
            Wire.class,
            Stack.class,
            PacketBatch.class,
            LinuxTunFactory.class,
            Assertions.class
        };
        return Stream.of(one)
                .map(type -> type.getProtectionDomain().getCodeSource().getLocation().getPath())
                .distinct()
                .collect(Collectors.joining(":"));
    }

    private TcpProgram() {}
}
