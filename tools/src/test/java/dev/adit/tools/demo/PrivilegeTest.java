package dev.adit.tools.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class PrivilegeTest {
    @TempDir private Path folder;

    @Test
    void tellsOfADeviceThatIsNotThere() {
        assertThat(PrivilegeEscalation.closed(folder.resolve("tun")).orElseThrow())
                .startsWith("there is no " + folder.resolve("tun"))
                .contains("modprobe tun", "--device");
    }

    @Test
    void tellsWhatTheSystemSaysElse() throws Exception {
        // A folder can be opened by no one for writing.
        assertThat(PrivilegeEscalation.closed(folder)).hasValue(folder + ": Is a directory");
    }

    @Test
    void findsNothingWrongWithOneThatCanBeOpened() throws Exception {
        assertThat(PrivilegeEscalation.closed(Files.createFile(folder.resolve("tun")))).isEmpty();
    }

    @Test
    void tellsWhyNamespacesAreDenied() {
        assertThat(
                        PrivilegeEscalation.denied(
                                List.of("sh", "-c", "echo 'unshare failed: No' >&2; exit 1")))
                .hasValue("unshare failed: No");
        assertThat(PrivilegeEscalation.denied(List.of("sh", "-c", "exit 3")))
                .hasValue("sh ends with 3");
        assertThat(PrivilegeEscalation.denied(List.of("no-such-program")))
                .hasValue("there is no `no-such-program', of the package util-linux");
        assertThat(PrivilegeEscalation.denied(List.of("env"))).isEmpty();
    }
}
