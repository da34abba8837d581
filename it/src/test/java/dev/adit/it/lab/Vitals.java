package dev.adit.it.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What a daemon occupies, sampled while it runs. Thread-safe.
public final class Vitals {
    private final Host host;
    private final List<long[]> samples = new ArrayList<>(); // kB, descriptors, threads
    private long lostByKernel;

    public Vitals(Host host) {
        this.host = host;
        lostByKernel = kernelDrops();
    }

    /// Takes a sample. True when the kernel of this host has dropped packets since the last one:
    /// because the queue of an interface or of a socket was full.
    public synchronized boolean sample() {
        long pid = host.daemon().pid();
        samples.add(
                new long[] {
                    Processes.residentKilobytes(pid),
                    Processes.descriptors(pid),
                    Processes.threads(pid)
                });
        long dropped = kernelDrops(), before = lostByKernel;
        lostByKernel = dropped;
        return dropped > before;
    }

    /// Reads what the kernel counts for the namespace of the daemon.
    private long kernelDrops() {
        Path folder = Path.of("/proc/" + host.daemon().pid() + "/net");
        try {
            long drops = 0;
            for (String line : Files.readAllLines(folder.resolve("dev"))) {
                String[] words = line.replace(":", " ").trim().split(" +");
                if (words.length < 17 || words[0].equals("face")) continue;
                drops += Long.parseLong(words[4]) + Long.parseLong(words[12]);
            }
            List<String> snmp = Files.readAllLines(folder.resolve("snmp"));
            String[] udp =
                    snmp.stream()
                            .filter(line -> line.startsWith("Udp: "))
                            .toList()
                            .get(1)
                            .split(" ");
            return drops + Long.parseLong(udp[5]) + Long.parseLong(udp[6]);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// How many samples there are.
    public synchronized int count() {
        return samples.size();
    }

    /// The middle value of [#MEMORY], [#DESCRIPTORS] or [#THREADS] in some of the samples.
    public synchronized long median(int what, int from, int to) {
        List<Long> values =
                samples.subList(from, to).stream().map(sample -> sample[what]).sorted().toList();
        return values.get(values.size() / 2);
    }

    /// Three numbers: at the beginning, after a sixth of the time, and at the end.
    public String course(int what, long unit) {
        int n = count(), part = Math.max(n / 12, 1);
        return "%d, %d, %d"
                .formatted(
                        median(what, 0, part) / unit,
                        median(what, n / 6, n / 6 + part) / unit,
                        median(what, n - part, n) / unit);
    }

    /// How much more there is at the end than after a sixth of the time.
    public long growth(int what) {
        int n = count(), part = Math.max(n / 12, 1);
        return median(what, n - part, n) - median(what, n / 6, n / 6 + part);
    }

    public Host host() {
        return host;
    }

    public static final int MEMORY = 0, DESCRIPTORS = 1, THREADS = 2;
}
