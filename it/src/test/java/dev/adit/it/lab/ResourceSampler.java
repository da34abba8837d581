package dev.adit.it.lab;

import java.util.ArrayList;
import java.util.List;

/// What a daemon occupies, sampled while it runs. Thread-safe.
public final class ResourceSampler {
    private final Host host;
    private final List<long[]> samples = new ArrayList<>(); // kB, descriptors, threads
    private long lostByKernel;

    public ResourceSampler(Host host) {
        this.host = host;
        lostByKernel = Processes.kernelDrops(host.daemon().pid());
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
        long dropped = Processes.kernelDrops(pid), before = lostByKernel;
        lostByKernel = dropped;
        return dropped > before;
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
