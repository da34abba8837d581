package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.device.Device;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.it.lab.ClassPathProgram;
import dev.adit.it.lab.Command;
import dev.adit.it.lab.CompatToolsNamespace;
import dev.adit.it.lab.Outcome;
import dev.adit.libcrypto.LibCrypto;
import dev.adit.os.ffi.Libc;
import dev.adit.protocol.tunnel.Tunnel;

import org.junit.jupiter.api.Test;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The library's jars on the class path of a small program, away from this tree.
class ClassPathTest {
    @Test
    void findsThePlatform() throws Exception {
        Outcome found = Command.of(java(GRANTED)).run().ok();
        assertThat(found.out().lines())
                .containsExactly(
                        "dev.adit.os.linux.LinuxBindFactory",
                        "dev.adit.os.linux.BootTime",
                        "dev.adit.os.linux.LinuxTunFactory",
                        "dev.adit.libcrypto.LibCrypto",
                        "dev.adit.os.linux.LinuxSecretPages");
        assertThat(found.err()).isEmpty();
    }

    @Test
    void makesADevice() throws Exception {
        try (CompatToolsNamespace island = CompatToolsNamespace.create("path")) {
            Outcome granted = island.command(java(GRANTED, "wg0")).run().ok();
            assertThat(granted.out()).isEqualTo("wg0 is there\n");
            assertThat(granted.err()).isEmpty();
            // Java warns, and goes on.
            Outcome warned = island.command(java("-Xmx64m", "wg0")).run().ok();
            assertThat(warned.out()).isEqualTo("wg0 is there\n");
            assertThat(warned.err()).contains("--enable-native-access=ALL-UNNAMED");
        }
    }

    @Test
    void saysWhatIsMissingWhereNativeAccessIsDenied() throws Exception {
        Outcome denied = Command.of(java("--illegal-native-access=deny", "wg0")).run();
        assertThat(denied.status()).isEqualTo(1);
        assertThat(denied.err())
                .contains(
                        "Java denies native access, which is needed for TUN and UDP on"
                                + " this system: run it with --enable-native-access=ALL-UNNAMED")
                .doesNotContain("AssertionError");
    }

    private static String[] java(String option, String... arguments) throws URISyntaxException {
        List<String> path = new ArrayList<>();
        for (Class<?> one :
                List.of(
                        PacketBatch.class,
                        Tunnel.class,
                        Device.class,
                        LibCrypto.class,
                        Libc.class,
                        ClassPathProgram.class)) {
            path.add(
                    Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI())
                            .toString());
        }
        List<String> words = new ArrayList<>();
        words.add(System.getProperty("java.home") + "/bin/java");
        words.addAll(List.of(option, "-cp", String.join(File.pathSeparator, path)));
        words.add(ClassPathProgram.class.getName());
        words.addAll(List.of(arguments));
        return words.toArray(String[]::new);
    }

    private static final String GRANTED = "--enable-native-access=ALL-UNNAMED";
}
