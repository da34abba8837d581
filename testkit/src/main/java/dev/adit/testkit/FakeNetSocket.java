package dev.adit.testkit;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.ip.port.Bind;
import dev.adit.ip.port.SendException;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A socket by which a test itself takes part in a [FakeNet]. Confined to one thread.
public final class FakeNetSocket implements AutoCloseable {
    private final Bind bind;
    private final DatagramQueue inlet; // of IPv4

    FakeNetSocket(Bind bind, DatagramQueue inlet) {
        this.bind = bind;
        this.inlet = inlet;
    }

    /// Sends one datagram.
    public void send(Endpoint to, byte[] bytes) {
        send(to, bytes, 0);
    }

    /// Sends one datagram with this traffic class.
    public void send(Endpoint to, byte[] bytes, int trafficClass) {
        try (PacketBatch batch = new PacketBatch(1, PacketBatch.HEADROOM + bytes.length)) {
            MemorySegment.copy(
                    bytes,
                    0,
                    batch.memory(),
                    ValueLayout.JAVA_BYTE,
                    PacketBatch.HEADROOM,
                    bytes.length);
            batch.add(PacketBatch.HEADROOM, bytes.length, 0, trafficClass);
            bind.send(batch, 0, 1, to);
        } catch (SendException e) {
            throw new AssertionError(e);
        }
    }

    /// The next datagram over IPv4; waits for it.
    public byte[] receive() {
        return inlet.poll("a datagram at " + this);
    }

    /// How many datagrams over IPv4 wait.
    public int waiting() {
        return inlet.waiting();
    }

    @Override
    public void close() {
        bind.close();
    }

    @Override
    public String toString() {
        return "port " + bind.port();
    }
}
