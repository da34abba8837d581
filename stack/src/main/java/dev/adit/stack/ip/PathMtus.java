package dev.adit.stack.ip;

import dev.adit.ip.address.IpAddress;

import java.util.LinkedHashMap;
import java.util.Map;

/// The path MTUs of destinations for which they are smaller than the link's MTU (RFC 1191, RFC
/// 8201). At most 1,024 destinations, the oldest forgotten first; each is forgotten after ten
/// minutes.
///
/// Thread-safe; a leaf in the order of locks.
public final class PathMtus {
    private final int linkMtu;
    private final Map<IpAddress, Entry> entries = new LinkedHashMap<>(); // guarded by this
    private volatile boolean isEmpty = true;

    private record Entry(int mtu, long until) {}

    /// @param linkMtu bytes
    public PathMtus(int linkMtu) {
        this.linkMtu = linkMtu;
    }

    /// The MTU of the path to `destination` in bytes.
    public int get(long now, IpAddress destination) {
        if (isEmpty) return linkMtu;
        synchronized (this) {
            Entry entry = entries.get(destination);
            if (entry == null) return linkMtu;
            if (entry.until > now) return entry.mtu;
            entries.remove(destination);
            isEmpty = entries.isEmpty();
            return linkMtu;
        }
    }

    /// Notes that a packet of more than `mtu` bytes did not get through.
    ///
    /// @return the MTU of the path from now on: never less than 552 or 1,280 bytes
    public synchronized int lower(long now, IpAddress destination, int mtu) {
        int least = destination.v6() ? V6_LEAST : V4_LEAST;
        int path = Math.clamp(mtu == 0 ? least : mtu, Math.min(least, linkMtu), linkMtu);
        Entry before = entries.get(destination);
        if (before != null && before.until > now && before.mtu <= path) return before.mtu;
        if (path >= linkMtu) return linkMtu;
        entries.remove(destination);
        entries.put(destination, new Entry(path, now + LIFETIME));
        if (entries.size() > MAX_ENTRIES) entries.remove(entries.keySet().iterator().next());
        isEmpty = false;
        return path;
    }

    /// How long a smaller MTU is believed, in nanoseconds.
    public static final long LIFETIME = 600_000_000_000L;

    private static final int V4_LEAST = 552;
    private static final int V6_LEAST = 1280;
    private static final int MAX_ENTRIES = 1024;
}
