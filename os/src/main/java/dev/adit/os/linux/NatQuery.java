package dev.adit.os.linux;

import dev.adit.ip.address.IpAddress;
import dev.adit.ip.port.ErrnoException;
import dev.adit.os.ffi.Conntrack;
import dev.adit.os.ffi.Errno;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/// Finds the sender of a packet whose source address this host has translated (NAT), and by which
/// address that sender knows this host. Thread-safe, but for [#close].
///
/// Connection tracking is asked, which answers within the call. Where it is not in use nothing is
/// asked, so that the question does not have the kernel load it; where it refuses to answer it is
/// left alone for a while.
final class NatQuery implements AutoCloseable {
    private final LongSupplier clock;

    // Guarded by this.
    private @Nullable ConntrackSocket entries; // null before first use
    private @Nullable RouteSocket routes; // likewise
    private long nextTry;

    NatQuery() {
        this(System::nanoTime);
    }

    /// @param clock nanoseconds since whenever
    NatQuery(LongSupplier clock) {
        this.clock = clock;
        nextTry = clock.getAsLong();
    }

    /// The local address from which to answer the packet at `offset`, which is about to leave this
    /// host, with an error: the one that the route to its sender would choose.
    ///
    /// @return null when the sender's address was not translated, or that is not known
    synchronized @Nullable IpAddress errorSource(MemorySegment memory, long offset, int length) {
        long now = clock.getAsLong();
        if (now - nextTry < 0) return null;
        if (!isTracking()) {
            nextTry = now + ABSENT;
            return null;
        }
        ConntrackTuple answer = ConntrackTuple.ofAnswer(memory, offset, length);
        if (answer == null) return null;
        try {
            IpAddress sender = sender(answer);
            return sender == null || sender.equals(answer.destination()) ? null : local(sender);
        } catch (ErrnoException refused) {
            nextTry = now + REFUSED;
            return null;
        }
    }

    private static boolean isTracking() {
        return Files.exists(COUNT) || Files.exists(STATISTICS);
    }

    private ConntrackSocket entries() throws ErrnoException {
        if (entries == null) entries = new ConntrackSocket(Arena.ofAuto());
        return entries;
    }

    private RouteSocket routes() throws ErrnoException {
        if (routes == null) routes = new RouteSocket(Arena.ofAuto(), 0);
        return routes;
    }

    /// The source of the flow's packets before any translation, or null without an entry.
    private @Nullable IpAddress sender(ConntrackTuple answer) throws ErrnoException {
        ConntrackSocket asked = entries();
        int request = asked.requestEntry(answer);
        IpAddress sender = null;
        while (asked.next()) {
            if (!asked.answers(request)) continue;
            int error = asked.error();
            if (error != 0 && error != Errno.ENOENT) throw asked.refusal("IPCTNL_MSG_CT_GET");
            if (asked.isEntry()) sender = source(asked, answer);
        }
        return sender;
    }

    /// Which of the two tuples of the entry is not that of the answer.
    private static int other(ConntrackSocket entry, ConntrackTuple answer) {
        boolean reply =
                answer.source().equals(entry.source(Conntrack.CTA_TUPLE_REPLY))
                        && answer.destination()
                                .equals(entry.destination(Conntrack.CTA_TUPLE_REPLY));
        return reply ? Conntrack.CTA_TUPLE_ORIG : Conntrack.CTA_TUPLE_REPLY;
    }

    private static @Nullable IpAddress source(ConntrackSocket entry, ConntrackTuple answer) {
        IpAddress source = entry.source(other(entry, answer));
        return source != null && source.v6() == answer.v6() ? source : null;
    }

    private @Nullable IpAddress local(IpAddress sender) throws ErrnoException {
        RouteSocket asked = routes();
        int request = asked.requestRoute(sender);
        IpAddress source = null;
        while (asked.next()) {
            if (asked.answers(request) && asked.isRoute()) source = asked.preferredSource();
        }
        return source;
    }

    /// Releases the descriptors. No thread may be here any more.
    @Override
    public void close() {
        if (entries != null) entries.close();
        if (routes != null) routes.close();
    }

    /// The number of entries, which older kernels do not show in user namespaces.
    private static final Path COUNT = Path.of("/proc/sys/net/netfilter/nf_conntrack_count");

    private static final Path STATISTICS = Path.of("/proc/net/stat/nf_conntrack");
    private static final long ABSENT = 100_000_000L; // nanoseconds
    private static final long REFUSED = 60_000_000_000L; // nanoseconds
}
