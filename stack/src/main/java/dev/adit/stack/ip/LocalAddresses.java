package dev.adit.stack.ip;

import dev.adit.ip.address.IpAddress;
import dev.adit.ip.address.IpPrefix;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// A stack's own addresses, with the networks that they are in. Immutable.
public final class LocalAddresses {
    private final IpAddress[] addresses;
    private final int[] bits;

    /// @param prefixes each an own address, and how many bits of it are its network's
    public LocalAddresses(List<Prefix> prefixes) {
        addresses = prefixes.stream().map(Prefix::address).toArray(IpAddress[]::new);
        bits = prefixes.stream().mapToInt(Prefix::bits).toArray();
    }

    /// True for an own address.
    public boolean contains(boolean v6, long high, long low) {
        for (IpAddress own : addresses) {
            if (own.high() == high && own.low() == low && own.v6() == v6) return true;
        }
        return false;
    }

    /// True for an own address.
    public boolean contains(IpAddress address) {
        return contains(address.v6(), address.high(), address.low());
    }

    /// The address to send from to `destination` (RFC 6724 in short): the one whose network has it,
    /// the longest match first, else the first of the family; null when there is none.
    public @Nullable IpAddress sourceFor(IpAddress destination) {
        IpAddress best = null;
        int longest = -1;
        for (int i = 0; i < addresses.length; i++) {
            if (addresses[i].v6() != destination.v6()) continue;
            int match = matches(addresses[i], bits[i], destination) ? bits[i] : -1;
            if (best != null && match <= longest) continue;
            best = addresses[i];
            longest = match;
        }
        return best;
    }

    private static boolean matches(IpAddress own, int bits, IpAddress other) {
        return new IpPrefix(own, bits).equals(new IpPrefix(other, bits));
    }

    /// An address and its network. Immutable.
    ///
    /// @param bits how many bits of the address are the network's
    public record Prefix(IpAddress address, int bits) {}
}
