package dev.adit.tools.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

class PidFileTest {
    @TempDir Path folder;

    @Test
    void namesThisProcessUntilItEnds() throws IOException {
        Path path = folder.resolve("wg0.pid");
        Files.writeString(path, "of one that was killed");
        try (PidFile _ = PidFile.of(Map.of("ADIT_PID_FILE", path.toString()))) {
            assertThat(path).content().isEqualTo(ProcessHandle.current().pid() + "\n");
            assertThat(folder).isDirectoryContaining(file -> file.equals(path));
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void leavesTheFileOfItsSuccessor() throws IOException {
        Path path = folder.resolve("wg0.pid");
        PidFile old = PidFile.write(path, 1);
        PidFile.write(path, 2);
        old.close();
        assertThat(path).content().isEqualTo("2\n");
        Files.delete(path);
        old.close();
    }

    @Test
    void isOnlyForThoseWhoAskForIt() throws IOException {
        assertThat(PidFile.of(Map.of())).isNull();
    }
}
