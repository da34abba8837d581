package dev.adit.os.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class LinuxSecretPagesTest {
    @Test
    void areLockedAndNeitherDumpedNorInherited() throws IOException {
        assumeTrue(Files.isReadable(SMAPS), "no /proc");
        MemorySegment pages = new LinuxSecretPages().allocate(BYTES);
        assertThat(pages.byteSize()).isEqualTo(BYTES);
        for (long at = 0; at < BYTES; at += 8)
            assertThat(pages.get(ValueLayout.JAVA_LONG, at)).isZero();
        pages.set(ValueLayout.JAVA_LONG, BYTES - 8, 7);
        // A limit on locked memory may refuse the lock, which is no failure.
        assertThat(flags(pages.address())).contains("dd", "wf");
    }

    /// The flags of the mapping that `address` lies in.
    private static List<String> flags(long address) throws IOException {
        boolean inside = false;
        for (String line : Files.readAllLines(SMAPS)) {
            if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
                String[] range = line.substring(0, line.indexOf(' ')).split("-");
                inside =
                        Long.compareUnsigned(Long.parseUnsignedLong(range[0], 16), address) <= 0
                                && Long.compareUnsigned(
                                                address, Long.parseUnsignedLong(range[1], 16))
                                        < 0;
            }
            if (inside && line.startsWith("VmFlags:")) {
                return List.of(line.substring(8).strip().split("\\s+"));
            }
        }
        throw new AssertionError("not mapped");
    }

    private static final long BYTES = 1 << 16;
    private static final Path SMAPS = Path.of("/proc/self/smaps");
}
