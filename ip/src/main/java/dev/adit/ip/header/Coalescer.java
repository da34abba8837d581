package dev.adit.ip.header;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Merges runs of TCP or UDP packets into super-packets, so that the kernel takes them in one
/// piece: the inverse of [Segmenter], which yields the same bytes again.
///
/// Packets are merged only if nothing is lost by it: valid checksums, the same headers, consecutive
/// sequence numbers, equal sizes except for a shorter last one. The order of the packets of one
/// flow is kept.
///
/// Confined to the thread that owns it. Allocates nothing. Use: [#begin], [#add] for each packet,
/// then read the groups.
public final class Coalescer {
    private MemorySegment slab = MemorySegment.NULL;
    private boolean mergeTcp;
    private boolean mergeUdp;

    // The packets.
    private int packets;
    private final int[] offset;
    private final int[] length;
    private final int[] next; // of the same group, or NONE

    // The groups, in order of their first packets.
    private int groups;
    private final GroFlow[] flow;

    // The groups that may still grow; a new one replaces the oldest.
    private final int[] open = new int[OPEN];
    private int oldest;
    private final GroFlow candidate = new GroFlow();

    /// A coalescer of at most `capacity` packets at a time.
    public Coalescer(int capacity) {
        offset = new int[capacity];
        length = new int[capacity];
        next = new int[capacity];
        flow = new GroFlow[capacity];
        for (int i = 0; i < capacity; i++) flow[i] = new GroFlow();
    }

    /// Starts over; the packets to come lie in `slab`.
    ///
    /// @param mergeTcp whether to merge TCP packets
    /// @param mergeUdp whether to merge UDP packets
    public void begin(MemorySegment slab, boolean mergeTcp, boolean mergeUdp) {
        this.slab = slab;
        this.mergeTcp = mergeTcp;
        this.mergeUdp = mergeUdp;
        packets = 0;
        groups = 0;
        Arrays.fill(open, NONE);
    }

    /// Adds a packet to the group it continues, or makes it the first of a group. It must be valid
    /// IPv4 or IPv6, with the length that its header states.
    public void add(int at, int bytes) {
        int i = note(at, bytes);
        boolean mergeable = candidate.read(slab, at, bytes) && wanted(candidate.protocol);
        int place = candidate.isFlow() ? find() : NONE;
        if (place != NONE && mergeable && append(flow[open[place]], i)) return;

        if (candidate.isFlow()) {
            if (place == NONE) place = oldest = (oldest + 1) % OPEN;
            open[place] = groups; // the old group is complete, or would be overtaken
        } else {
            Arrays.fill(open, NONE); // it may be of any flow
        }
        begin(i, mergeable);
    }

    /// Adds any packet as a group of its own.
    public void addAlone(int at, int bytes) {
        candidate.packets = 1;
        Arrays.fill(open, NONE);
        begin(note(at, bytes), false);
    }

    private int note(int at, int bytes) {
        offset[packets] = at;
        length[packets] = bytes;
        next[packets] = NONE;
        return packets++;
    }

    /// Begins a group with packet `i`, the candidate.
    private void begin(int i, boolean growing) {
        GroFlow fresh = flow[groups++];
        fresh.copy(candidate);
        fresh.first = i;
        fresh.last = i;
        fresh.growing = growing;
    }

    private boolean wanted(int protocol) {
        return protocol == IpPacket.TCP ? mergeTcp : mergeUdp;
    }

    /// The position, among the open groups, of the one with the candidate's flow.
    private int find() {
        for (int i = 0; i < OPEN; i++) {
            if (open[i] != NONE && flow[open[i]].sameFlow(slab, candidate)) return i;
        }
        return NONE;
    }

    /// Appends packet `i`, the candidate, to a group if it continues it.
    private boolean append(GroFlow group, int i) {
        if (!group.growing || !group.isContinuedBy(slab, candidate)) return false;
        if (group.packets == 1 && !group.isValid(slab)) {
            group.growing = false;
            return false;
        }
        if (!candidate.isValid(slab)) return false;
        next[group.last] = i;
        group.last = i;
        group.append(candidate);
        return true;
    }

    /// The number of groups.
    public int groups() {
        return groups;
    }

    /// The number of packets in group `g`.
    public int packets(int g) {
        return flow[g].packets;
    }

    /// The first packet of group `g`; [#next] leads to the others.
    public int first(int g) {
        return flow[g].first;
    }

    /// The packet after `i` in its group, or a negative number.
    public int next(int i) {
        return next[i];
    }

    /// The offset of packet `i`.
    public int offset(int i) {
        return offset[i];
    }

    /// The length of packet `i`.
    public int length(int i) {
        return length[i];
    }

    /// Bytes of the headers of each packet of group `g`, if it has several.
    public int headers(int g) {
        return flow[g].headers;
    }

    /// Bytes of the IP header of each packet of group `g`, if it has several.
    public int ipHeader(int g) {
        return flow[g].transport;
    }

    /// Bytes of payload in each packet of group `g` but the last, if it has several.
    public int segmentSize(int g) {
        return flow[g].segmentSize;
    }

    /// True when group `g`, if it has several packets, is TCP; false when it is UDP.
    public boolean isTcp(int g) {
        return flow[g].protocol == IpPacket.TCP;
    }

    /// True when group `g`, if it has several packets, is IPv6.
    public boolean isV6(int g) {
        return flow[g].v6;
    }

    /// Turns the headers of the first packet of group `g` into those of the super-packet; its
    /// transport checksum covers the pseudo header alone, and is completed when the super-packet is
    /// cut.
    public void merge(int g) {
        flow[g].merge(slab);
    }

    /// Undoes [#merge].
    public void split(int g) {
        flow[g].split(slab);
    }

    private static final int NONE = -1;
    private static final int OPEN = 8;
}
