package dev.adit.os.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/// The machine that tests run on: what they may do there, ip(8), and names that are theirs alone.
final class Host {
    /// Skips the test where interfaces cannot be made.
    static void requireTun() {
        assumeTrue(Files.isWritable(Path.of("/dev/net/tun")), "needs /dev/net/tun");
        requireNetworkAdministration();
    }

    /// Skips the test without the right to change the network, or without ip(8).
    static void requireNetworkAdministration() {
        assumeTrue(has(CAP_NET_ADMIN), "needs CAP_NET_ADMIN");
        assumeTrue(hasCommand("ip -V"), "needs ip(8)");
    }

    /// Skips the test where network namespaces cannot be made.
    static void requireNamespaces() {
        requireNetworkAdministration();
        assumeTrue(has(CAP_SYS_ADMIN), "needs CAP_SYS_ADMIN");
    }

    /// How many raw sockets an interface has: one for each family, where that is permitted.
    static int rawSockets() {
        if (!has(CAP_NET_RAW)) return 0;
        return Files.exists(Path.of("/proc/net/if_inet6")) ? 2 : 1;
    }

    /// Skips the test without the right to raw sockets.
    static void requireRawSockets() {
        assumeTrue(has(CAP_NET_RAW), "needs CAP_NET_RAW");
    }

    private static boolean has(int capability) {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            String mask = lines.filter(line -> line.startsWith("CapEff:")).findFirst().get();
            long bits = Long.parseUnsignedLong(mask.substring("CapEff:".length()).strip(), 16);
            return (bits >>> capability & 1) != 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Skips the test on a host without IPv6.
    static void requireInet6() {
        assumeTrue(Files.exists(Path.of("/proc/net/if_inet6")), "needs IPv6");
    }

    /// Whether this command is there and succeeds.
    static boolean hasCommand(String command) {
        try {
            run(command);
            return true;
        } catch (UncheckedIOException | IllegalStateException absent) {
            return false;
        }
    }

    /// An interface or namespace name that no other test uses.
    static String newName() {
        return "adit-t"
                + Long.toString(ProcessHandle.current().pid(), 36)
                + Integer.toString(COUNTER.incrementAndGet(), 36);
    }

    /// The first three bytes of an IPv4 network for benchmarks (RFC 2544), hardly used by another.
    static String newNetwork() {
        int number = (int) (ProcessHandle.current().pid() * 31 + COUNTER.incrementAndGet());
        return "198." + (18 + (number >>> 8 & 1)) + "." + (number & 0xff);
    }

    /// What `ip` with these words says.
    ///
    /// @throws IllegalStateException when it fails
    static String ip(String words) {
        return run("ip " + words);
    }

    /// What a command says.
    ///
    /// @throws IllegalStateException when it fails
    static String run(String command) {
        try {
            List<String> words = List.of(command.split(" "));
            Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes());
            if (process.waitFor() != 0) throw new IllegalStateException(command + ": " + output);
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// A network namespace; nothing of it stays.
    static final class Namespace implements AutoCloseable {
        private final String name = newName();

        Namespace() {
            Host.ip("netns add " + name);
        }

        String name() {
            return name;
        }

        /// `ip` inside.
        String ip(String words) {
            return Host.ip("-n " + name + " " + words);
        }

        void delete() {
            Host.ip("netns del " + name);
        }

        @Override
        public void close() {
            if (Files.exists(Path.of("/run/netns", name))) delete();
        }
    }

    /// How many descriptors of the kinds that this platform opens the process has: sockets,
    /// eventfds, TUNs, namespaces. Pipes to other processes, and jars, come and go.
    static long descriptors() {
        return Stream.of(Path.of("/proc/self/fd").toFile().list())
                .map(Host::descriptorTarget)
                .filter(target -> KINDS.stream().anyMatch(target::startsWith))
                .count();
    }

    private static String descriptorTarget(String fd) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd", fd)).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }

    /// The network namespaces that threads of this process are in.
    static List<String> namespacesOfThreads() throws IOException {
        List<String> namespaces = new ArrayList<>();
        for (String task : Path.of("/proc/self/task").toFile().list()) {
            Path link = Path.of("/proc/self/task", task, "ns/net");
            if (Files.exists(link)) namespaces.add(Files.readSymbolicLink(link).toString());
        }
        return namespaces.stream().distinct().toList();
    }

    /// What `work` returns or throws, when it is done within [#PATIENCE] seconds.
    static <T> T promptly(Callable<T> work) throws Exception {
        try {
            return async(work).get(PATIENCE, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) throw cause;
            throw e;
        }
    }

    /// Starts `work` in a thread of its own.
    static <T> CompletableFuture<T> async(Callable<T> work) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return work.call();
                    } catch (Exception e) {
                        throw new CompletionException(e);
                    }
                },
                task -> Thread.ofPlatform().daemon().start(task));
    }

    /// Waits until `condition` holds; false when it does not within [#PATIENCE] seconds.
    static boolean eventually(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) return false;
            Thread.onSpinWait();
        }
        return true;
    }

    /// Runs `prepare` and `work` in turn until `work` has allocated nothing three times in a row,
    /// which it must once it is compiled: a native call allocates 40 bytes until then.
    static void assertSettlesWithoutAllocation(Work prepare, Work work) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(3 * PATIENCE);
        long bytes = -1;
        for (int quiet = 0; quiet < 3 && System.nanoTime() < deadline; ) {
            prepare.run();
            long before = THREADS.getCurrentThreadAllocatedBytes();
            work.run();
            bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
            quiet = bytes == 0 ? quiet + 1 : 0;
        }
        assertThat(bytes).as("bytes allocated").isZero();
    }

    /// A part of a test.
    interface Work {
        void run() throws IOException;
    }

    static final int PATIENCE = 10;

    private static final List<String> KINDS =
            List.of("socket:", "anon_inode:[eventfd]", "/dev/net/tun", "net:");
    private static final int CAP_NET_ADMIN = 12;
    private static final int CAP_NET_RAW = 13;
    private static final int CAP_SYS_ADMIN = 21;
    private static final AtomicInteger COUNTER = new AtomicInteger();
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Host() {}
}
