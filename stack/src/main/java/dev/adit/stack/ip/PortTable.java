package dev.adit.stack.ip;

import dev.adit.ip.address.IpAddress;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/// The sockets that are bound to local ports, in order of the ports. Thread-safe: lookups take no
/// lock, they read a snapshot.
public final class PortTable<T extends PortTable.Bound> {
    private volatile Bound[] bound = {};

    public PortTable() {}

    /// Something with a local port.
    public interface Bound {
        /// The local address, or null for all.
        @Nullable IpAddress address();

        /// The local port.
        int port();
    }

    /// What is bound to the port at this own address: to the address itself before all addresses;
    /// or null.
    @SuppressWarnings("unchecked") // add takes nothing else
    public @Nullable T lookup(boolean v6, long high, long low, int port) {
        Bound[] all = bound;
        T wildcard = null;
        for (int i = firstOf(all, port); i < all.length && all[i].port() == port; i++) {
            IpAddress address = all[i].address();
            if (address == null) wildcard = (T) all[i];
            else if (address.high() == high && address.low() == low && address.v6() == v6) {
                return (T) all[i];
            }
        }
        return wildcard;
    }

    /// True when something is bound to the port at any address.
    public boolean isUsed(int port) {
        Bound[] all = bound;
        int i = firstOf(all, port);
        return i < all.length && all[i].port() == port;
    }

    private static int firstOf(Bound[] all, int port) {
        int low = 0, high = all.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (all[middle].port() < port) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    /// Binds; false when something is bound to the same port and address, or one of the two is
    /// bound to all addresses.
    public synchronized boolean add(T added) {
        Bound[] all = bound;
        int at = firstOf(all, added.port());
        for (int i = at; i < all.length && all[i].port() == added.port(); i++) {
            IpAddress other = all[i].address();
            if (other == null || added.address() == null || other.equals(added.address())) {
                return false;
            }
        }
        Bound[] more = Arrays.copyOf(all, all.length + 1);
        System.arraycopy(all, at, more, at + 1, all.length - at);
        more[at] = added;
        bound = more;
        return true;
    }

    /// Unbinds; what is not bound stays so.
    public synchronized void remove(T removed) {
        Bound[] all = bound;
        for (int i = 0; i < all.length; i++) {
            if (all[i] != removed) continue;
            Bound[] fewer = new Bound[all.length - 1];
            System.arraycopy(all, 0, fewer, 0, i);
            System.arraycopy(all, i + 1, fewer, i, fewer.length - i);
            bound = fewer;
            return;
        }
    }

    /// How much is bound.
    public int size() {
        return bound.length;
    }

    /// All that is bound.
    @SuppressWarnings("unchecked") // add takes nothing else
    public Iterable<T> all() {
        return (Iterable<T>) (Iterable<?>) Arrays.asList(bound.clone());
    }
}
