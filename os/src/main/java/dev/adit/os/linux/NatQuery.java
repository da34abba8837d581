package dev.adit.os.linux;

import dev.adit.ip.address.IpAddress;
import dev.adit.ip.port.ErrnoException;
import dev.adit.os.ffi.Conntrack;
import dev.adit.os.ffi.Errno;

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
    private ConntrackSocket entries; // guarded by this, as all below; null before first use
    private RouteSocket routes;
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
    synchronized IpAddress errorSource(MemorySegment memory, long offset, int length) {
        long now = clock.getAsLong();
        if (now - nextTry < 0) return null;
        if (!isTracking()) {
            nextTry = now + ABSENT;
            return null;
        }
        ConntrackTuple answer = ConntrackTuple.ofAnswer(memory, offset, length);
        if (answer == null) return null;
        try {
            open();
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

    private void open() throws ErrnoException {
        if (entries == null) entries = new ConntrackSocket(Arena.ofAuto());
        if (routes == null) routes = new RouteSocket(Arena.ofAuto(), 0);
    }

    /// The source of the flow's packets before any translation, or null without an entry.
    private IpAddress sender(ConntrackTuple answer) throws ErrnoException {
        int request = entries.requestEntry(answer);
        IpAddress sender = null;
        while (entries.next()) {
            if (!entries.answers(request)) continue;
            int error = entries.error();
            if (error != 0 && error != Errno.ENOENT) throw entries.refusal("IPCTNL_MSG_CT_GET");
            if (entries.isEntry()) sender = source(answer);
        }
        return sender;
    }

    /// Which of the two tuples of the entry is not that of the answer.
    private int other(ConntrackTuple answer) {
        boolean reply =
                answer.source().equals(entries.source(Conntrack.CTA_TUPLE_REPLY))
                        && answer.destination()
                                .equals(entries.destination(Conntrack.CTA_TUPLE_REPLY));
        return reply ? Conntrack.CTA_TUPLE_ORIG : Conntrack.CTA_TUPLE_REPLY;
    }

    private IpAddress source(ConntrackTuple answer) {
        IpAddress source = entries.source(other(answer));
        return source != null && source.v6() == answer.v6() ? source : null;
    }

    private IpAddress local(IpAddress sender) throws ErrnoException {
        int request = routes.requestRoute(sender);
        IpAddress source = null;
        while (routes.next()) {
            if (routes.answers(request) && routes.isRoute()) source = routes.preferredSource();
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
