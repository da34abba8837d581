package dev.adit.it.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// What the kernel keeps of a program that runs. Stateless.
public final class Processes {

    /// Kilobytes of memory that it has.
    public static long residentKilobytes(long pid) {
        return status(pid, "VmRSS:");
    }

    public static long threads(long pid) {
        return status(pid, "Threads:");
    }

    /// Files and sockets that it has open.
    public static long descriptors(long pid) {
        try (Stream<Path> open = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return open.count();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// User and system time, in hundredths of a second.
    public static long processorTime(long pid) {
        String stat = String.join(" ", lines("/proc/" + pid + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }

    /// Packets that the kernel has dropped where it runs, because the queue of an interface or of a
    /// UDP socket was full.
    public static long kernelDrops(long pid) {
        long drops = 0;
        for (String line : lines("/proc/" + pid + "/net/dev")) {
            String[] words = line.replace(":", " ").trim().split(" +");
            if (words.length < 17 || words[0].equals("face")) continue;
            drops += Long.parseLong(words[4]) + Long.parseLong(words[12]);
        }
        for (String line : lines("/proc/" + pid + "/net/snmp")) {
            String[] words = line.split(" ");
            // InErrors, of which RcvbufErrors are a part, and SndbufErrors.
            if (!words[0].equals("Udp:") || words[1].equals("InDatagrams")) continue;
            drops += Long.parseLong(words[3]) + Long.parseLong(words[6]);
        }
        return drops;
    }

    private static long status(long pid, String name) {
        for (String line : lines("/proc/" + pid + "/status")) {
            if (line.startsWith(name)) return Long.parseLong(line.replaceAll("\\D", ""));
        }
        throw new AssertionError("no " + name);
    }

    private static List<String> lines(String file) {
        try {
            return Files.readAllLines(Path.of(file));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private Processes() {}
}
