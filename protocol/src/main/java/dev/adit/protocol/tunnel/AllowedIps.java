package dev.adit.protocol.tunnel;

import dev.adit.ip.address.IpAddress;
import dev.adit.ip.address.IpPrefix;

import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.function.BiConsumer;

/// The cryptokey routing table (paper §2): maps prefixes to owners, usually peers, and finds the
/// longest prefix that contains an address.
///
/// Immutable: a change gives a new table that shares all but the changed path with the old one, so
/// a reader can go on with the table it has while a writer publishes the next. Owners are compared
/// by identity.
public final class AllowedIps<T> {

    // Two binary tries with path compression. A node stands for a prefix; its children continue it
    // with a 0 or a 1. A node without an owner exists only to branch, so it has both children;
    // therefore a table of n prefixes has fewer than 2n nodes and no path longer than the address.

    final @Nullable Node<T> v4, v6;

    private AllowedIps(@Nullable Node<T> v4, @Nullable Node<T> v6) {
        this.v4 = v4;
        this.v6 = v6;
    }

    /// A table without any prefix.
    @SuppressWarnings("unchecked") // it holds no T
    public static <T> AllowedIps<T> empty() {
        return (AllowedIps<T>) EMPTY;
    }

    /// Returns this table with `prefix` assigned to `owner`, replacing a previous owner of exactly
    /// that prefix.
    public AllowedIps<T> with(IpPrefix prefix, T owner) {
        Objects.requireNonNull(owner);
        IpAddress a = prefix.address();
        return withRoot(
                a.v6(), insert(root(a.v6()), Node.leaf(a.high(), a.low(), prefix.length(), owner)));
    }

    /// Returns this table without `prefix`; the same table when `owner` does not have exactly that
    /// prefix.
    public AllowedIps<T> without(IpPrefix prefix, T owner) {
        boolean family = prefix.address().v6();
        return withRoot(family, remove(root(family), prefix, Objects.requireNonNull(owner)));
    }

    /// Returns this table without any prefix of `owner`; the same table when it has none. Visits
    /// all nodes.
    public AllowedIps<T> withoutAll(T owner) {
        Objects.requireNonNull(owner);
        return withRoot(false, removeAll(v4, owner)).withRoot(true, removeAll(v6, owner));
    }

    /// The owner of the longest prefix that holds the address with these bits, or null when none
    /// does. The bits are laid out as in [IpAddress]. Allocates nothing.
    public @Nullable T lookup(boolean family6, long high, long low) {
        T owner = null;
        Node<T> node = root(family6);
        while (node != null && node.covers(high, low)) {
            if (node.owner != null) owner = node.owner;
            node = node.child(high, low);
        }
        return owner;
    }

    /// The owner of exactly `prefix`, or null.
    public @Nullable T exact(IpPrefix prefix) {
        long high = prefix.address().high(), low = prefix.address().low();
        Node<T> node = root(prefix.address().v6());
        while (node != null && node.length < prefix.length() && node.covers(high, low)) {
            node = node.child(high, low);
        }
        return node != null && node.is(prefix) ? node.owner : null;
    }

    /// The number of prefixes.
    public int size() {
        return Node.size(v4) + Node.size(v6);
    }

    /// Calls `action` for every prefix: IPv4 before IPv6, then by address, then by length.
    public void forEach(BiConsumer<? super IpPrefix, ? super T> action) {
        forEach(v4, false, action);
        forEach(v6, true, action);
    }

    private static <T> Node<T> insert(@Nullable Node<T> node, Node<T> leaf) {
        if (node == null) return leaf;
        int common = node.commonBits(leaf.high, leaf.low);
        if (leaf.length < node.length && common >= leaf.length) {
            return leaf.withChild(node.high, node.low, node);
        }
        if (common < Math.min(node.length, leaf.length)) {
            return Node.<T>branch(leaf.high, leaf.low, common)
                    .withChild(node.high, node.low, node)
                    .withChild(leaf.high, leaf.low, leaf);
        }
        if (leaf.length == node.length) return node.withOwner(leaf.owner);
        return node.withChild(leaf.high, leaf.low, insert(node.child(leaf.high, leaf.low), leaf));
    }

    private static <T> @Nullable Node<T> remove(@Nullable Node<T> node, IpPrefix prefix, T owner) {
        long high = prefix.address().high(), low = prefix.address().low();
        if (node == null || node.length > prefix.length() || !node.covers(high, low)) return node;
        if (node.length == prefix.length()) {
            return node.owner == owner ? node.withOwner(null).orChild() : node;
        }
        return node.withChild(high, low, remove(node.child(high, low), prefix, owner)).orChild();
    }

    private static <T> @Nullable Node<T> removeAll(@Nullable Node<T> node, T owner) {
        if (node == null) return null;
        return node.with(
                        node.owner == owner ? null : node.owner,
                        removeAll(node.zero, owner),
                        removeAll(node.one, owner))
                .orChild();
    }

    private static <T> void forEach(
            @Nullable Node<T> node,
            boolean family6,
            BiConsumer<? super IpPrefix, ? super T> action) {
        if (node == null) return;
        if (node.owner != null) {
            action.accept(
                    new IpPrefix(new IpAddress(family6, node.high, node.low), node.length),
                    node.owner);
        }
        forEach(node.zero, family6, action);
        forEach(node.one, family6, action);
    }

    private @Nullable Node<T> root(boolean family6) {
        return family6 ? v6 : v4;
    }

    private AllowedIps<T> withRoot(boolean family6, @Nullable Node<T> root) {
        if (root == root(family6)) return this;
        return family6 ? new AllowedIps<>(v4, root) : new AllowedIps<>(root, v6);
    }

    private static final AllowedIps<?> EMPTY = new AllowedIps<>(null, null);

    /// A prefix, its owner or null, and the nodes below it. Immutable. The bits of the address
    /// after the first `length` are zero.
    static final class Node<T> {
        final long high, low;
        final int length;
        final @Nullable T owner;
        final @Nullable Node<T> zero, one;

        /// The number of owners in this node and below.
        final int size;

        private Node(
                long high,
                long low,
                int length,
                @Nullable T owner,
                @Nullable Node<T> zero,
                @Nullable Node<T> one) {
            this.high = high;
            this.low = low;
            this.length = length;
            this.owner = owner;
            this.zero = zero;
            this.one = one;
            this.size = (owner == null ? 0 : 1) + size(zero) + size(one);
        }

        static <T> Node<T> leaf(long high, long low, int length, T owner) {
            return new Node<>(high, low, length, owner, null, null);
        }

        /// A node without an owner for the first `length` bits of the address.
        static <T> Node<T> branch(long high, long low, int length) {
            IpAddress masked = new IpPrefix(IpAddress.v6(high, low), length).address();
            return new Node<>(masked.high(), masked.low(), length, null, null, null);
        }

        static int size(@Nullable Node<?> node) {
            return node == null ? 0 : node.size;
        }

        /// The number of leading bits that the address has in common with this node's, at most 128.
        int commonBits(long high, long low) {
            int same = Long.numberOfLeadingZeros(high ^ this.high);
            return same < 64 ? same : 64 + Long.numberOfLeadingZeros(low ^ this.low);
        }

        boolean covers(long high, long low) {
            return commonBits(high, low) >= length;
        }

        boolean is(IpPrefix prefix) {
            return length == prefix.length()
                    && covers(prefix.address().high(), prefix.address().low());
        }

        /// The child on the side of the address, which must be covered by this node. A whole
        /// address has no children on either side.
        @Nullable Node<T> child(long high, long low) {
            return bit(high, low) ? one : zero;
        }

        Node<T> withChild(long high, long low, @Nullable Node<T> child) {
            return bit(high, low) ? with(owner, zero, child) : with(owner, child, one);
        }

        Node<T> withOwner(@Nullable T owner) {
            return with(owner, zero, one);
        }

        Node<T> with(@Nullable T owner, @Nullable Node<T> zero, @Nullable Node<T> one) {
            if (owner == this.owner && zero == this.zero && one == this.one) return this;
            return new Node<>(high, low, length, owner, zero, one);
        }

        /// This node if it has an owner or both children, else its only child, or null.
        @Nullable Node<T> orChild() {
            if (owner != null || (zero != null && one != null)) return this;
            return zero == null ? one : zero;
        }

        /// The address's first bit behind this prefix.
        private boolean bit(long high, long low) {
            return ((length < 64 ? high : low) << length) < 0; // the shift uses the low six bits
        }
    }
}
