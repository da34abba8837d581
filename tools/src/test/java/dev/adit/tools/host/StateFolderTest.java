package dev.adit.tools.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

class StateFolderTest {

    @TempDir Path parent;

    @Test
    void isForItsOwnerAloneAndSoAreItsFiles() throws IOException {
        StateFolder folder = new StateFolder(parent.resolve("state"));
        folder.write("note", "text");
        folder.tryLock("lock", 0, 1).orElseThrow().close();
        assertThat(mode("state")).isEqualTo("rwx------");
        assertThat(mode("state/note")).isEqualTo("rw-------");
        assertThat(mode("state/lock")).isEqualTo("rw-------");
        assertThat(folder.read("note")).contains("text");
        assertThat(folder.names()).containsExactlyInAnyOrder("note", "lock");
    }

    @Test
    void isClosedWhereItIsOpen() throws IOException {
        Files.createDirectory(parent.resolve("state"));
        Files.createFile(parent.resolve("state/lock"));
        chmod("state", "rwxrwxrwx");
        chmod("state/lock", "rw-rw-rw-");
        new StateFolder(parent.resolve("state")).tryLock("lock", 0, 1).orElseThrow().close();
        assertThat(mode("state")).isEqualTo("rwx------");
        assertThat(mode("state/lock")).isEqualTo("rw-------");
    }

    @Test
    void followsNoLink() throws IOException {
        Path elsewhere = Files.createDirectory(parent.resolve("elsewhere"));
        Files.createSymbolicLink(parent.resolve("state"), elsewhere);
        StateFolder linked = new StateFolder(parent.resolve("state"));
        assertThatThrownBy(() -> linked.write("note", "text"))
                .isInstanceOf(IOException.class)
                .hasMessage("`" + parent.resolve("state") + "' is not a folder");

        StateFolder folder = new StateFolder(elsewhere);
        Path target = Files.writeString(parent.resolve("target"), "kept");
        Files.createSymbolicLink(elsewhere.resolve("lock"), target);
        Files.createSymbolicLink(elsewhere.resolve(".note.new"), target);
        folder.tryLock("lock", 0, 1).orElseThrow().close();
        folder.write("note", "text");
        assertThat(target).content().isEqualTo("kept");
        assertThat(Files.isSymbolicLink(elsewhere.resolve("lock"))).isFalse();
    }

    @Test
    void isNotThatOfAnotherUser() throws IOException {
        assumeTrue((int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0, "not root");
        Path path = Files.createDirectory(parent.resolve("state"));
        StateFolder folder = new StateFolder(path);
        folder.write("note", "text");
        folder.write("other", "text");
        Files.setAttribute(path.resolve("other"), "unix:uid", 65534);
        assertThat(folder.read("note")).contains("text");
        assertThat(folder.read("other")).isEmpty();

        Files.setAttribute(path, "unix:uid", 65534);
        assertThatThrownBy(() -> folder.tryLock("lock", 0, 1))
                .isInstanceOf(IOException.class)
                .hasMessage("`" + path + "' belongs to another user");
    }

    private String mode(String file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(parent.resolve(file)));
    }

    private void chmod(String file, String mode) throws IOException {
        Files.setPosixFilePermissions(parent.resolve(file), PosixFilePermissions.fromString(mode));
    }
}
