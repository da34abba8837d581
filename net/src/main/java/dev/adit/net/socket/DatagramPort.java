package dev.adit.net.socket;

import dev.adit.ip.address.IpAddress;
import dev.adit.net.core.InetAddresses;
import dev.adit.net.core.TunnelStack;
import dev.adit.stack.socket.RefusedException;
import dev.adit.stack.socket.UdpPort;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.util.concurrent.locks.ReentrantLock;

/// A UDP port with calls that wait, and calls that do not. Thread-safe.
public final class DatagramPort {
    private final TunnelStack net;
    private final SocketWaits waits;
    private final ReentrantLock receiveLock = new ReentrantLock();
    private final ReentrantLock sendLock = new ReentrantLock();
    private final UdpPort.Source source = new UdpPort.Source(); // guarded by receiveLock
    private final DatagramPacketCapacity capacity =
            new DatagramPacketCapacity(); // guarded by receiveLock
    private volatile @Nullable UdpPort datagrams; // null until bound
    private volatile @Nullable Remote remote; // null unless connected
    private int trafficClass; // guarded by this

    /// The other end of a port.
    public record Remote(IpAddress address, int port) {}

    /// @param waits where its events go and its threads wait
    DatagramPort(TunnelStack net, SocketWaits waits) {
        this.net = net;
        this.waits = waits;
    }

    void checkOpen() throws SocketException {
        if (waits.isClosed) throw new SocketException("Socket is closed");
        net.checkOpen();
    }

    /// Binds it to a port of one address, or with null of all own ones.
    public synchronized UdpPort bind(@Nullable IpAddress local, int port) throws SocketException {
        checkOpen();
        if (local != null && !net.isOwn(local)) {
            throw new BindException(
                    "Cannot assign requested address: " + local + " is not one of " + net.name());
        }
        UdpPort made;
        try {
            made = net.stack().open(local, port);
        } catch (RefusedException e) {
            throw socketException(e);
        }
        made.attach(waits);
        made.trafficClass(trafficClass);
        datagrams = made;
        net.opened(waits);
        return made;
    }

    private SocketException socketException(RefusedException e) {
        IOException failure = ConnectionFailure.refused(net, e);
        return failure instanceof SocketException same
                ? same
                : new SocketException(failure.getMessage());
    }

    /// The port, bound to one that is free if it was not bound.
    private UdpPort bound() throws SocketException {
        UdpPort opened = datagrams;
        if (opened != null) return opened;
        synchronized (this) {
            opened = datagrams;
            return opened != null ? opened : bind(null, 0);
        }
    }

    synchronized int trafficClass() {
        return trafficClass;
    }

    synchronized void trafficClass(int value) {
        trafficClass = value;
        UdpPort opened = datagrams;
        if (opened != null) opened.trafficClass(value);
    }

    /// Has it exchange datagrams with this peer only.
    public void connect(IpAddress to, int port) throws SocketException {
        try {
            bound().connect(to, port);
            remote = new Remote(to, port);
        } catch (RefusedException e) {
            throw socketException(e);
        }
    }

    /// Undoes [#connect].
    public void disconnect() {
        UdpPort opened = datagrams;
        if (remote == null || opened == null) return;
        remote = null;
        try {
            opened.connect(null, 0);
        } catch (RefusedException e) {
            throw new AssertionError(e); // only a destination is refused
        }
    }

    /// True once it has a port.
    public boolean isBound() {
        return datagrams != null;
    }

    boolean isClosed() {
        return waits.isClosed;
    }

    /// The peer that it is connected to, or null.
    public @Nullable Remote remote() {
        return remote;
    }

    /// The own address: that bound to, or when connected that which is sent from; null for all.
    @Nullable IpAddress localAddress() {
        UdpPort opened = datagrams;
        IpAddress bound = opened == null ? null : opened.address();
        Remote to = remote;
        return bound == null && to != null ? net.stack().sourceFor(to.address()) : bound;
    }

    int localPort() {
        UdpPort opened = datagrams;
        return opened == null ? 0 : opened.port();
    }

    void send(Remote to, byte[] data, int at, int length) throws IOException {
        send(to, MemorySegment.ofArray(data), at, length, true);
    }

    /// Sends a datagram.
    ///
    /// @return false when there is no room for it, and it may not wait for that
    public boolean send(Remote to, MemorySegment data, long at, int length, boolean mayWait)
            throws IOException {
        if (length > (to.address().v6() ? MOST_BYTES_V6 : MOST_BYTES_V4)) {
            throw new SocketException("Message too long: " + length + " bytes");
        }
        if (InetAddresses.isLoopback(to.address())) {
            throw new NoRouteToHostException(
                    "No route to host: " + to.address() + ConnectionAttempt.NOT_IN_TUNNELS);
        }
        UdpPort from = bound();
        sendLock.lock();
        waits.write.begin();
        try {
            while (true) {
                waits.checkOpen();
                reportError(from);
                if (from.send(net.now(), to.address(), to.port(), data, at, length)) return true;
                if (!mayWait) return false;
                waits.park(waits.write, Long.MAX_VALUE);
            }
        } catch (RefusedException e) {
            waits.checkOpen();
            throw ConnectionFailure.refused(net, e);
        } finally {
            waits.write.end();
            sendLock.unlock();
        }
    }

    /// Takes a datagram; what does not fit is lost.
    ///
    /// @param sender gets where it came from
    /// @return its length, at most `bytes`, or -1 when there is none and it may not wait
    public int receive(MemorySegment to, int bytes, UdpPort.Source sender, boolean mayWait)
            throws IOException {
        UdpPort from = bound();
        receiveLock.lock();
        waits.read.begin();
        try {
            while (true) {
                waits.checkOpen();
                int n = from.receive(to, 0, bytes, sender);
                if (n >= 0) return n;
                reportError(from);
                if (!mayWait) return -1;
                waits.park(waits.read, Long.MAX_VALUE);
            }
        } finally {
            waits.read.end();
            receiveLock.unlock();
        }
    }

    /// True when a receive would not wait.
    public boolean isReadable() {
        UdpPort opened = datagrams;
        return opened != null && opened.isReadable();
    }

    /// True when a send would not wait.
    public boolean isWritable() {
        UdpPort opened = datagrams;
        return opened == null || opened.isWritable();
    }

    /// Waits for a datagram and puts it into `packet`.
    ///
    /// @param millis to wait, 0 for no limit
    void receive(DatagramPacket packet, int millis) throws IOException {
        UdpPort from = bound();
        long deadline = waits.deadline(millis);
        receiveLock.lock();
        waits.read.begin();
        try {
            while (!take(from, packet)) {
                waits.parkUntil(waits.read, deadline, "Receive timed out");
            }
        } finally {
            waits.read.end();
            receiveLock.unlock();
        }
    }

    private boolean take(UdpPort from, DatagramPacket packet) throws IOException {
        waits.checkOpen();
        synchronized (packet) {
            MemorySegment memory = MemorySegment.ofArray(packet.getData());
            int n = from.receive(memory, packet.getOffset(), capacity.of(packet), source);
            if (n < 0) {
                reportError(from);
                return false;
            }
            packet.setAddress(InetAddresses.toInet(source.address()));
            packet.setPort(source.port());
            capacity.received(packet, n);
            return true;
        }
    }

    private void reportError(UdpPort of) throws PortUnreachableException {
        if (of.takeError() == 0) return;
        Remote to = remote;
        String reason = to == null ? "" : net.reason(to.address());
        throw new PortUnreachableException("ICMP Port Unreachable" + reason);
    }

    void close() {
        if (waits.isClosed) return;
        waits.close();
        synchronized (this) {
            if (datagrams == null) return;
            datagrams.close();
        }
        net.closed(waits);
    }

    private static final int MOST_BYTES_V4 = 65_507;
    private static final int MOST_BYTES_V6 = 65_527;
}
