package dev.adit.testkit;

import dev.adit.ip.packet.PacketBatch;
import dev.adit.ip.port.Tun;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Queue;

/// A TUN without a kernel, whose packets a test reads and writes in place of a host. Thread-safe.
///
/// It takes the contract at its word: packets that are read lie as close together as is allowed,
/// and the bytes that may be overwritten by a write are overwritten.
public final class FakeTun implements Tun {
    private final String name;
    private final TunEventNotifier events;
    private volatile boolean obeying;
    private volatile boolean sendingErrors;
    private final BatchTracker batches = new BatchTracker();
    private final int readers;

    // Guarded by this.
    private final Queue<Outgoing> outgoing = new ArrayDeque<>();
    private final Queue<byte[]> delivered = new ArrayDeque<>();
    private final Queue<byte[]> errors = new ArrayDeque<>();
    private long arrivals;
    private boolean closed;
    private boolean refusing;
    private int refused;
    private Fault onRead = Fault.NONE;

    private volatile Fault onWrite = Fault.NONE;
    private volatile Fault onClose = Fault.NONE;
    private volatile Fault onWatch = Fault.NONE;

    /// An interface that is down, with an MTU of 1420.
    public FakeTun(String name) {
        this(name, 1);
    }

    /// The same, to be read by this many threads, each of which gets whatever waits.
    public FakeTun(String name, int readers) {
        this.name = name;
        this.readers = readers;
        events = new TunEventNotifier(name, 1420);
    }

    // ---- the host's side

    /// Sends packets through the interface; one read brings them all, if they fit.
    public void send(byte[]... packets) {
        sendUncut(0, packets);
    }

    /// Sends super-packets, of which the payload is to be cut every `segmentSize` bytes.
    public synchronized void sendUncut(int segmentSize, byte[]... packets) {
        outgoing.add(new Outgoing(new ArrayList<>(Arrays.asList(packets)), segmentSize));
        notifyAll();
    }

    /// Packets that wait together.
    private record Outgoing(List<byte[]> packets, int segmentSize) {}

    /// The next packet that was delivered; waits for it.
    public synchronized byte[] receive() {
        long deadline = Await.deadline();
        while (delivered.isEmpty()) Await.change("a packet from " + name, this, deadline);
        return delivered.remove();
    }

    /// The next `count` packets that were delivered; waits for them.
    public List<byte[]> receive(int count) {
        List<byte[]> packets = new ArrayList<>();
        while (packets.size() < count) packets.add(receive());
        return packets;
    }

    /// How many packets were delivered and not yet received.
    public synchronized int delivered() {
        return delivered.size();
    }

    /// How many packets were ever delivered.
    public synchronized long arrivals() {
        return arrivals;
    }

    /// Forgets packets that were delivered and not received.
    public synchronized void discard() {
        delivered.clear();
    }

    /// How many groups of packets wait to be read.
    public synchronized int waiting() {
        return outgoing.size();
    }

    /// Sets the interface up, and waits until whoever watches knows.
    public void up() {
        events.up(true);
        events.settle();
    }

    /// Sets the interface down, and waits until whoever watches knows.
    public void down() {
        events.up(false);
        events.settle();
    }

    /// Lets the device set the interface down, as systems do that have interfaces.
    public void obeySetDown() {
        obeying = true;
    }

    @Override
    public boolean setDown() {
        if (obeying) events.up(false);
        return obeying;
    }

    /// Takes ICMP errors past the interface, as systems do that let us.
    public void sendErrors(boolean all) {
        sendingErrors = all;
    }

    @Override
    public synchronized boolean sendIcmpError(PacketBatch packets, int i) {
        if (!sendingErrors) return false;
        errors.add(bytes(packets, i));
        notifyAll();
        return true;
    }

    /// The next ICMP error that did not come through the interface; waits for it.
    public synchronized byte[] receiveError() {
        long deadline = Await.deadline();
        while (errors.isEmpty()) Await.change("an ICMP error of " + name, this, deadline);
        return errors.remove();
    }

    /// Sets the interface up or down, and waits for nothing.
    public void set(boolean up) {
        events.up(up);
    }

    /// Changes the MTU, and waits until whoever watches knows.
    public void mtu(int bytes) {
        events.mtu(bytes);
        events.settle();
    }

    /// Changes the MTUs of routes, and waits until whoever watches knows.
    public void routeMtus(int... mtus) {
        events.routeMtus(mtus);
        events.settle();
    }

    /// Deletes the interface: whoever watches is told, and reading fails.
    public void remove() {
        onRead(
                () -> {
                    throw new IOException("the interface is gone");
                });
        events.remove();
    }

    /// Whoever watches is told that the interface cannot be followed any more.
    public void fail(Throwable cause) {
        events.fail(cause);
    }

    /// From now on packets are refused, or taken again.
    public synchronized void refuse(boolean all) {
        refusing = all;
    }

    /// How many packets were refused.
    public synchronized int refused() {
        return refused;
    }

    /// What the next read does first, or the one that waits.
    public synchronized void onRead(Fault fault) {
        onRead = fault;
        notifyAll();
    }

    /// What every write does first.
    public void onWrite(Fault fault) {
        onWrite = fault;
    }

    /// What closing does once everything is closed.
    public void onClose(Fault fault) {
        onClose = fault;
    }

    /// What watching does in place of it.
    public void onWatch(Fault fault) {
        onWatch = fault;
    }

    public synchronized boolean isClosed() {
        return closed;
    }

    /// How many of the batches that were passed to this TUN are still in memory.
    public long batchesAlive() {
        return batches.alive();
    }

    // ---- the device's side

    @Override
    public String name() {
        return name;
    }

    @Override
    public int mtu() {
        return events.mtu();
    }

    @Override
    public List<Reader> readers() {
        return Collections.nCopies(readers, this::read);
    }

    @Override
    public void read(PacketBatch into) throws IOException {
        batches.see(into);
        into.clear();
        while (into.size() == 0) takeFault(into).strike();
    }

    /// Waits; then fills the batch, unless a fault comes first.
    private synchronized Fault takeFault(PacketBatch into) throws ClosedChannelException {
        while (!closed && outgoing.isEmpty() && onRead == Fault.NONE) pause();
        if (closed) throw new ClosedChannelException();
        Fault fault = onRead;
        onRead = Fault.NONE;
        if (fault == Fault.NONE) fill(into);
        return fault;
    }

    private void pause() {
        try {
            wait();
        } catch (InterruptedException e) {
            throw new IllegalStateException("a reader is not interrupted", e);
        }
    }

    private void fill(PacketBatch into) {
        List<byte[]> waiting = outgoing.element().packets();
        int segmentSize = outgoing.element().segmentSize();
        int at = PacketBatch.HEADROOM;
        while (!waiting.isEmpty() && !into.isFull()) {
            byte[] packet = waiting.getFirst();
            int end = at + packet.length;
            if (end > into.memory().byteSize()) break;
            MemorySegment.copy(packet, 0, into.memory(), ValueLayout.JAVA_BYTE, at, packet.length);
            into.add(at, packet.length, segmentSize, 0);
            at = end + PacketBatch.HEADROOM;
            waiting.removeFirst();
        }
        if (into.size() == 0) throw new IllegalStateException("a packet that fits no batch");
        if (waiting.isEmpty()) outgoing.remove();
    }

    @Override
    public int write(PacketBatch packets, int from, int to) throws IOException {
        batches.see(packets);
        onWrite.strike();
        synchronized (this) {
            if (closed) throw new ClosedChannelException();
            if (refusing) {
                refused += to - from;
                return 0;
            }
            for (int i = from; i < to; i++) deliver(packets, i);
            notifyAll();
        }
        return to - from;
    }

    private void deliver(PacketBatch packets, int i) {
        int at = packets.offset(i);
        packets.memory().asSlice(at - PacketBatch.HEADROOM, PacketBatch.HEADROOM).fill(SCRIBBLE);
        arrivals++;
        delivered.add(bytes(packets, i));
    }

    private static byte[] bytes(PacketBatch packets, int i) {
        return packets.memory()
                .asSlice(packets.offset(i), packets.length(i))
                .toArray(ValueLayout.JAVA_BYTE);
    }

    @Override
    public void watch(Listener listener) {
        try {
            onWatch.strike();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        events.watch(listener);
    }

    /// Returns when no call to the listener is under way, unless it is called from the listener.
    @Override
    public void close() {
        synchronized (this) {
            if (closed) return;
            closed = true;
            notifyAll();
        }
        events.close();
        try {
            onClose.strike();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final byte SCRIBBLE = (byte) 0xee;
}
