package dev.adit.stack.echo;

import dev.adit.ip.address.IpAddress;
import dev.adit.ip.bytes.ByteOrders;
import dev.adit.ip.header.Checksum;
import dev.adit.stack.ip.ControlQueue;
import dev.adit.stack.ip.IcmpError;
import dev.adit.stack.ip.IcmpOutput;
import dev.adit.stack.ip.IpHeader;
import dev.adit.stack.ip.IpWriter;
import dev.adit.stack.ip.LocalAddresses;
import dev.adit.stack.ip.PacketScratch;
import dev.adit.stack.schedule.Scheduler;
import dev.adit.stack.socket.Echo;
import dev.adit.stack.socket.RefusedException;
import dev.adit.stack.stats.Counter;
import dev.adit.stack.stats.Counters;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/// Sends echo requests, 1,024 at a time at most, and recognises the replies by their random numbers
/// and by the address they come from. Thread-safe.
public final class EchoTable {
    private final Scheduler scheduler;
    private final ControlQueue queue;
    private final Counters counters;
    private final LocalAddresses addresses;
    private final RandomGenerator random;
    private final PacketScratch scratch = new PacketScratch(); // guarded by this
    private final Map<Integer, EchoRequest> requests = new HashMap<>(); // guarded by this

    /// @param random used under its own monitor
    public EchoTable(
            Scheduler scheduler,
            ControlQueue queue,
            Counters counters,
            LocalAddresses addresses,
            RandomGenerator random) {
        this.scheduler = scheduler;
        this.queue = queue;
        this.counters = counters;
        this.addresses = addresses;
        this.random = random;
    }

    /// Sends a request.
    public Echo send(long now, IpAddress to) throws RefusedException {
        IpAddress source = addresses.sourceFor(to);
        if (source == null) {
            throw new RefusedException(
                    RefusedException.Reason.ADDRESS_NOT_AVAILABLE,
                    "no own address of the family of " + to);
        }
        synchronized (this) {
            if (requests.size() >= MAX_REQUESTS) {
                throw new RefusedException(
                        RefusedException.Reason.NO_MEMORY, "too many echo requests");
            }
            int identity = freeIdentity();
            EchoRequest request = new EchoRequest(this, identity, to, now);
            requests.put(identity, request);
            write(source, to, identity);
            return request;
        }
    }

    private int freeIdentity() {
        synchronized (random) {
            while (true) {
                int identity = random.nextInt();
                if (!requests.containsKey(identity)) return identity;
            }
        }
    }

    private void write(IpAddress source, IpAddress to, int identity) {
        boolean v6 = to.v6();
        MemorySegment out = scratch.memory();
        int header = IpWriter.headerLength(v6);
        int protocol = v6 ? IpHeader.ICMPV6 : IpHeader.ICMP;
        IpWriter.write(out, 0, source, to, protocol, BYTES, 0, 0, 0);
        out.asSlice(header, BYTES).fill((byte) 0);
        int type = v6 ? IcmpOutput.V6_ECHO_REQUEST : IcmpOutput.ECHO_REQUEST;
        out.set(ByteOrders.U8, header, (byte) type);
        out.set(ByteOrders.BE32, header + IDENTITY, identity);
        if (v6) IpWriter.checksum(out, 0, header, BYTES, protocol, CHECKSUM);
        else
            out.set(ByteOrders.BE16, header + CHECKSUM, (short) Checksum.of(out, header, BYTES, 0));
        queue.add(out, 0, header + BYTES);
    }

    /// Takes an echo reply in, its checksum being right.
    public void reply(long now, IpHeader in) {
        int identity = in.slab.get(ByteOrders.BE32, in.payload + IDENTITY);
        EchoRequest request = take(identity, in.v6, in.sourceHigh, in.sourceLow);
        if (request == null) return;
        request.answered(now);
        scheduler.news(request);
    }

    /// Takes an ICMP error about an echo request in.
    public void icmp(IcmpError error) {
        EchoRequest request = take(error.sequence, error.v6, error.remoteHigh, error.remoteLow);
        if (request == null) {
            counters.count(Counter.ICMP_ERROR_UNRELATED);
            return;
        }
        request.failed(error.number());
        scheduler.news(request);
    }

    private synchronized @Nullable EchoRequest take(int identity, boolean v6, long high, long low) {
        EchoRequest request = requests.get(identity);
        if (request == null || !request.isTo(v6, high, low)) return null;
        return requests.remove(identity);
    }

    synchronized void remove(EchoRequest request) {
        requests.remove(request.identity, request);
    }

    private static final int MAX_REQUESTS = 1024;
    private static final int BYTES = 64; // of the message, as ping(8) sends
    private static final int CHECKSUM = 2;
    private static final int IDENTITY = 4;
}
