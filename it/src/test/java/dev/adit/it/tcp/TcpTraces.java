package dev.adit.it.tcp;

import dev.adit.ip.address.IpAddress;
import dev.adit.ip.port.Tun;
import dev.adit.ip.port.TunFactory;
import dev.adit.stack.socket.FourTuple;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/// The traces of all scripts, by our TCP or by the system's. As a program, in a network namespace
/// of its own, it prints the latter: for each script its name after `#`, and its trace. Its
/// arguments are `v4` or `v6`, and the names of the scripts, all if there are none.
public final class TcpTraces {
    private static final int MTU = 1420;
    private static final int AT_ONCE = 64;
    private static final int ATTEMPTS = 12;
    private static final AtomicInteger PAIRS = new AtomicInteger();

    public static void main(String[] args) throws Exception {
        TunFactory tuns = ServiceLoader.load(TunFactory.class).findFirst().orElseThrow();
        boolean v6 = args[0].equals("v6");
        try (Tun tun = tuns.create("tun0", MTU);
                TunWire wire = new TunWire(tun)) {
            address(v6);
            List<String> names = List.of(args).subList(1, args.length);
            List<TcpScript> scripts =
                    TcpScripts.all().stream()
                            .filter(script -> names.isEmpty() || names.contains(script.name()))
                            .toList();
            List<Future<List<String>>> traces = new ArrayList<>();
            try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
                for (TcpScript script : scripts) {
                    traces.add(threads.submit(() -> linux(wire, script, v6)));
                }
            }
            for (int i = 0; i < scripts.size(); i++) {
                System.out.println("#" + scripts.get(i).name());
                traces.get(i).get().forEach(System.out::println);
            }
        }
        System.out.println("#end");
    }

    private static void address(boolean v6) throws IOException, InterruptedException {
        String own = v6 ? "fd07::1/64" : "10.7.0.1/16";
        String[] nodad = v6 ? new String[] {"nodad"} : new String[0];
        run(
                Stream.concat(
                                Stream.of("ip", "address", "add", own, "dev", "tun0"),
                                Stream.of(nodad))
                        .toArray(String[]::new));
        run("ip", "link", "set", "tun0", "up");
        if (v6) run("sysctl", "-qw", "net.ipv6.auto_flowlabels=0");
    }

    static void run(String... command) throws IOException, InterruptedException {
        if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
            throw new IOException(String.join(" ", command));
        }
    }

    /// The system's trace of a script, which is the same twice in a row: what a busy machine makes
    /// of it is not.
    private static List<String> linux(TunWire wire, TcpScript script, boolean v6) throws Exception {
        List<String> before = null;
        for (int i = 0; i < ATTEMPTS; i++) {
            FourTuple pair = pair(v6, PAIRS.incrementAndGet());
            List<String> trace = linux(wire, script, pair);
            if (trace.equals(before)) break;
            before = trace;
        }
        return before;
    }

    private static List<String> linux(TunWire wire, TcpScript script, FourTuple pair)
            throws Exception {
        try (LinuxSubject subject = new LinuxSubject(wire, pair)) {
            return script.run(subject, pair);
        } catch (IOException e) {
            return List.of(pair + ": " + e);
        }
    }

    /// Our trace of a script.
    static List<String> ours(TcpScript script, boolean v6) throws Exception {
        FourTuple pair = pair(v6, 0);
        try (StackSubject subject = new StackSubject(pair, MTU)) {
            return script.run(subject, pair);
        }
    }

    /// Addresses and ports that no other script has.
    private static FourTuple pair(boolean v6, int i) {
        String own = v6 ? "fd07::1" : "10.7.0.1";
        String peer =
                v6
                        ? "fd07::" + Integer.toHexString(0x100 + i)
                        : "10.7." + (1 + i / 200) + "." + (1 + i % 200);
        return new FourTuple(
                IpAddress.parse(own).orElseThrow(),
                10_000 + i,
                IpAddress.parse(peer).orElseThrow(),
                9090);
    }

    private TcpTraces() {}
}
