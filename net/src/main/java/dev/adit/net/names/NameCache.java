package dev.adit.net.names;

import dev.adit.ip.address.IpAddress;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Caches the addresses of at most 4,096 names for as long as they are valid, between a second and
/// an hour; the least recently used name is evicted first. Thread-safe.
final class NameCache {
    private final Map<String, Known> entries = // guarded by this
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
                    return size() > MOST_NAMES;
                }
            };

    /// @param addresses none for a name that does not exist
    private record Known(List<IpAddress> addresses, long until) {}

    /// The addresses of a name, none when it is known not to exist; null when nothing is known.
    synchronized @Nullable List<IpAddress> get(String name, long now) {
        Known entry = entries.get(name);
        if (entry == null) return null;
        if (now < entry.until) return entry.addresses;
        entries.remove(name);
        return null;
    }

    synchronized void put(String name, long now, List<IpAddress> addresses, long seconds) {
        long kept = Math.clamp(seconds, LEAST, MOST) * 1_000_000_000L;
        entries.put(name, new Known(List.copyOf(addresses), now + kept));
    }

    private static final int MOST_NAMES = 4096;
    private static final long LEAST = 1; // seconds, as is:
    private static final long MOST = 3600;
}
