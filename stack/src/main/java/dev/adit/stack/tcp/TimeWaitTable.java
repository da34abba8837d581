package dev.adit.stack.tcp;

import dev.adit.ip.address.IpAddress;
import dev.adit.stack.schedule.PacketWriter;
import dev.adit.stack.schedule.Schedulable;
import dev.adit.stack.schedule.Scheduler;
import dev.adit.stack.socket.FourTuple;
import dev.adit.stack.stats.Counter;
import dev.adit.stack.stats.Counters;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.Objects;

/// Connections in TIME-WAIT (RFC 9293 §3.3.2): what is needed to answer a retransmitted FIN and to
/// tell a new connection from an old segment. Each stays for a minute; of more than 16,384 the
/// oldest go.
///
/// Thread-safe; a leaf in the order of locks.
public final class TimeWaitTable extends Schedulable {
    private final Scheduler scheduler;
    private final Counters counters;
    private @Nullable Entry[] table =
            new Entry[16]; // chains by hash; guarded by this, as are the following
    private int size;
    private @Nullable Entry oldest;
    private @Nullable Entry newest;

    public TimeWaitTable(Scheduler scheduler, Counters counters) {
        this.scheduler = scheduler;
        this.counters = counters;
    }

    /// A connection that is over. Guarded by the table, but for what is final.
    static final class Entry {
        final long hash;
        final IpAddress local;
        final IpAddress remote;
        final int ports;
        final int sndNxt;
        final int rcvNxt;
        final @Nullable TcpTimestamps timestamps;
        final int window;
        private long until;
        private @Nullable Entry chained;
        private @Nullable Entry younger;
        private boolean isGone;

        Entry(
                long hash,
                FourTuple pair,
                int sndNxt,
                int rcvNxt,
                TcpTimestamps timestamps,
                int window) {
            this.hash = hash;
            local = pair.localAddress();
            remote = pair.remoteAddress();
            ports = pair.localPort() << 16 | pair.remotePort();
            this.sndNxt = sndNxt;
            this.rcvNxt = rcvNxt;
            this.timestamps = timestamps.isAgreed ? timestamps : null;
            this.window = window;
        }

        private boolean is(long otherHash, IpAddress from, IpAddress to, int otherPorts) {
            return hash == otherHash
                    && ports == otherPorts
                    && local.equals(from)
                    && remote.equals(to);
        }
    }

    synchronized void add(long now, Entry entry) {
        if (size >= MAX_ENTRIES) {
            counters.count(Counter.TCP_TIME_WAIT_OVERFLOWS);
            dropOldest();
        }
        if (size >= table.length) grow();
        entry.until = now + LIFETIME;
        link(entry);
        append(entry);
        size++;
        scheduler.schedule(this, Objects.requireNonNull(oldest).until);
    }

    private void append(Entry entry) {
        entry.younger = null;
        if (newest == null) oldest = entry;
        else newest.younger = entry;
        newest = entry;
    }

    private void link(Entry entry) {
        int i = (int) entry.hash & table.length - 1;
        entry.chained = table[i];
        table[i] = entry;
    }

    private void grow() {
        Entry[] old = table;
        table = new Entry[2 * old.length];
        for (Entry chain : old) {
            for (Entry e = chain; e != null; ) {
                Entry next = e.chained;
                link(e);
                e = next;
            }
        }
    }

    /// The entry with these ends, or null.
    synchronized @Nullable Entry lookup(long hash, IpAddress local, IpAddress remote, int ports) {
        for (Entry e = table[(int) hash & table.length - 1]; e != null; e = e.chained) {
            if (e.is(hash, local, remote, ports)) return e;
        }
        return null;
    }

    /// The last segment of the connection came again: the minute begins anew.
    synchronized void renew(long now, Entry entry) {
        entry.until = now + LIFETIME;
    }

    /// A new connection takes the place of `entry`.
    synchronized void remove(Entry entry) {
        if (entry.isGone) return;
        unlink(entry);
    }

    /// Takes an entry out of its chain; it leaves the list when its time comes.
    private void unlink(Entry entry) {
        entry.isGone = true;
        size--;
        int i = (int) entry.hash & table.length - 1;
        if (table[i] == entry) {
            table[i] = entry.chained;
            return;
        }
        for (Entry before = table[i]; before != null; before = before.chained) {
            if (before.chained != entry) continue;
            before.chained = entry.chained;
            return;
        }
    }

    private void dropOldest() {
        while (oldest != null) {
            Entry entry = oldest;
            oldest = entry.younger;
            if (oldest == null) newest = null;
            if (entry.isGone) continue;
            unlink(entry);
            return;
        }
    }

    @Override
    protected synchronized void expire(long now) {
        while (oldest != null && (oldest.isGone || oldest.until <= now || isRenewed(oldest, now))) {
            Entry entry = oldest;
            oldest = entry.younger;
            if (oldest == null) newest = null;
            if (entry.isGone) continue;
            if (entry.until <= now) unlink(entry);
            else append(entry);
        }
        if (oldest != null) scheduler.schedule(this, oldest.until);
    }

    /// True when the oldest was renewed, so that a younger one ends before it.
    private static boolean isRenewed(Entry oldest, long now) {
        Entry next = oldest.younger;
        return next != null && oldest.until > next.until && next.until > now - LIFETIME;
    }

    @Override
    protected boolean transmit(long now, PacketWriter out) {
        return false;
    }

    /// How many connections are in TIME-WAIT.
    public synchronized int size() {
        return size;
    }

    /// Forgets all.
    public synchronized void clear() {
        Arrays.fill(table, null);
        oldest = newest = null;
        size = 0;
    }

    static final long LIFETIME = 60_000_000_000L;
    private static final int MAX_ENTRIES = 16_384;
}
