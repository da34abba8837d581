package dev.adit.it.lab;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// The memory of another program, mapping by mapping, read while it runs. Immutable.
public final class MemoryImage {
    private final long pid;
    private final List<Mapping> mappings;

    /// One line of `/proc/PID/smaps`, with its `VmFlags`.
    ///
    /// @param flags `dd` do not dump, `lo` locked, `wf` wiped on fork
    public record Mapping(long from, long to, String name, boolean readable, Set<String> flags) {
        /// True when a core dump would have it, if the program let it have any memory at all.
        public boolean dumped() {
            return readable && !flags.contains("dd");
        }

        @Override
        public String toString() {
            return Long.toHexString(from) + " " + name + " " + flags;
        }
    }

    private MemoryImage(long pid, List<Mapping> mappings) {
        this.pid = pid;
        this.mappings = List.copyOf(mappings);
    }

    /// What `pid` has mapped now.
    public static MemoryImage of(long pid) throws IOException {
        List<Mapping> mappings = new ArrayList<>();
        String[] head = {};
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/smaps"))) {
            if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) head = line.split("\\s+", 6);
            if (line.startsWith("VmFlags:")) mappings.add(mapping(head, line.substring(8)));
        }
        return new MemoryImage(pid, mappings);
    }

    private static Mapping mapping(String[] head, String flags) {
        String[] range = head[0].split("-");
        return new Mapping(
                Long.parseUnsignedLong(range[0], 16),
                Long.parseUnsignedLong(range[1], 16),
                head.length > 5 ? head[5] : "",
                head[1].startsWith("r"),
                Set.of(flags.strip().split("\\s+")));
    }

    public List<Mapping> mappings() {
        return mappings;
    }

    /// Which mappings have what, by the names of what was found.
    public Map<String, Set<Mapping>> find(SecretScanner needles) throws IOException {
        Map<String, Set<Mapping>> found = new TreeMap<>();
        try (RandomAccessFile memory = new RandomAccessFile("/proc/" + pid + "/mem", "r")) {
            for (Mapping mapping : mappings) {
                // What the kernel keeps there for itself cannot be read.
                if (!mapping.readable || mapping.name.startsWith("[v")) continue;
                for (String name : needles.in(source(memory, mapping))) {
                    found.computeIfAbsent(name, key -> new TreeSet<>(BY_ADDRESS)).add(mapping);
                }
            }
        }
        return found;
    }

    private static SecretScanner.Source source(RandomAccessFile memory, Mapping mapping) {
        long[] at = {mapping.from};
        return (into, from, length) -> {
            long left = mapping.to - at[0];
            if (left == 0) return -1;
            int part = (int) Math.min(length, left);
            memory.seek(at[0]);
            int n;
            try {
                n = memory.read(into, from, part);
            } catch (IOException gone) {
                n = -1; // unmapped or never touched: there is nothing to be read
            }
            if (n <= 0) {
                n = (int) Math.min(part, PAGE - at[0] % PAGE);
                Arrays.fill(into, from, from + n, (byte) 0);
            }
            at[0] += n;
            return n;
        };
    }

    private static final int PAGE = 4096;
    private static final Comparator<Mapping> BY_ADDRESS = Comparator.comparingLong(Mapping::from);
}
