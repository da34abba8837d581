package dev.adit.net.socket;

import dev.adit.ip.address.IpAddress;
import dev.adit.net.core.InetAddresses;
import dev.adit.net.core.TunnelStack;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.Objects;
import java.util.Set;

/// A UDP socket in a tunnel. Thread-safe: one thread at a time receives, and one sends.
///
/// It overrides every method, so nothing of the host's network is behind it. Multicast and
/// broadcast do not exist in a tunnel; options that are about them, or about the host, are kept and
/// have no effect.
public class TunnelDatagramSocket extends DatagramSocket {
    private final TunnelStack net;
    private final DatagramPort port;
    private volatile int timeout;
    private volatile int receiveBuffer = BUFFER;
    private volatile int sendBuffer = BUFFER;
    private volatile boolean reuseAddress;
    private volatile boolean broadcast = true;

    /// @param local to bind to, or null to leave it unbound
    public TunnelDatagramSocket(TunnelStack net, @Nullable InetSocketAddress local)
            throws SocketException {
        this(net, new SocketWaits(net));
        if (local != null) bind(local);
    }

    /// An unbound socket.
    ///
    /// @param waits where its events go and its threads wait
    protected TunnelDatagramSocket(TunnelStack net, SocketWaits waits) {
        super(new NoDatagramSocketImpl());
        this.net = net;
        port = new DatagramPort(net, waits);
    }

    /// The port that is behind it.
    protected final DatagramPort port() {
        return port;
    }

    private static InetSocketAddress inet(SocketAddress address) {
        if (!(address instanceof InetSocketAddress inet)) {
            throw new UnsupportedAddressTypeException(); // an IllegalArgumentException
        }
        return inet;
    }

    @Override
    public void bind(@Nullable SocketAddress address) throws SocketException {
        InetSocketAddress local = address == null ? new InetSocketAddress(0) : inet(address);
        port.checkOpen();
        if (isBound()) throw new SocketException("already bound");
        if (local.isUnresolved()) throw new SocketException("Unresolved address");
        port.bind(InetAddresses.orWildcard(local.getAddress()), local.getPort());
    }

    @Override
    public void connect(InetAddress address, int remotePort) {
        if (address == null) throw new IllegalArgumentException("address can't be null");
        if (remotePort < 0 || remotePort > 0xffff) {
            throw new IllegalArgumentException("port out of range: " + remotePort);
        }
        if (isClosed()) return;
        try {
            port.connect(InetAddresses.of(address), remotePort);
        } catch (SocketException e) {
            throw new java.io.UncheckedIOException("connect failed", e);
        }
    }

    @Override
    public void connect(SocketAddress address) throws SocketException {
        if (address == null) throw new IllegalArgumentException("Address can't be null");
        InetSocketAddress remote = inet(address);
        if (isClosed()) return;
        try {
            port.connect(RemoteAddressResolver.of(net, remote).getFirst(), remote.getPort());
        } catch (java.net.UnknownHostException e) {
            throw new SocketException("Unresolved address: " + e.getMessage(), e);
        }
    }

    @Override
    public void disconnect() {
        port.disconnect();
    }

    @Override
    public boolean isBound() {
        return port.isBound();
    }

    @Override
    public boolean isConnected() {
        return port.remote() != null;
    }

    @Override
    public @Nullable InetAddress getInetAddress() {
        DatagramPort.Remote remote = port.remote();
        return remote == null ? null : InetAddresses.toInet(remote.address());
    }

    @Override
    public int getPort() {
        DatagramPort.Remote remote = port.remote();
        return remote == null ? -1 : remote.port();
    }

    @Override
    public @Nullable SocketAddress getRemoteSocketAddress() {
        DatagramPort.Remote remote = port.remote();
        return remote == null
                ? null
                : new InetSocketAddress(InetAddresses.toInet(remote.address()), remote.port());
    }

    @Override
    public @Nullable SocketAddress getLocalSocketAddress() {
        if (isClosed() || !isBound()) return null;
        return new InetSocketAddress(getLocalAddress(), getLocalPort());
    }

    @Override
    public @Nullable InetAddress getLocalAddress() {
        if (isClosed()) return null;
        IpAddress local = port.localAddress();
        return local == null ? new InetSocketAddress(0).getAddress() : InetAddresses.toInet(local);
    }

    @Override
    public int getLocalPort() {
        return isClosed() ? -1 : port.localPort();
    }

    @Override
    public void send(DatagramPacket packet) throws IOException {
        DatagramPort.Remote connected = port.remote();
        InetAddress address;
        int toPort, at, length;
        byte[] data;
        synchronized (packet) {
            address = packet.getAddress();
            toPort = packet.getPort();
            data = packet.getData();
            at = packet.getOffset();
            length = packet.getLength();
        }
        port.checkOpen();
        if (address == null) {
            if (connected == null) throw new IllegalArgumentException("Address not set");
            port.send(connected, data, at, length);
            return;
        }
        DatagramPort.Remote to = new DatagramPort.Remote(InetAddresses.of(address), toPort);
        if (connected != null && !connected.equals(to)) {
            throw new IllegalArgumentException("Connected and packet address differ");
        }
        if (toPort <= 0 || toPort > 0xffff) {
            throw new SocketException("Can't send to port " + toPort);
        }
        port.send(to, data, at, length);
    }

    @Override
    public void receive(DatagramPacket packet) throws IOException {
        port.checkOpen();
        try {
            port.receive(packet, timeout);
        } catch (java.net.SocketTimeoutException e) {
            throw e;
        } catch (InterruptedIOException e) {
            close();
            throw new SocketException("Closed by interrupt");
        }
    }

    @Override
    public void close() {
        port.close();
    }

    @Override
    public boolean isClosed() {
        return port.isClosed();
    }

    @Override
    public @Nullable DatagramChannel getChannel() {
        return null;
    }

    // ---- options

    @Override
    public void setSoTimeout(int millis) throws SocketException {
        if (millis < 0) throw new IllegalArgumentException("timeout < 0");
        port.checkOpen();
        timeout = millis;
    }

    @Override
    public int getSoTimeout() throws SocketException {
        port.checkOpen();
        return timeout;
    }

    @Override
    public void setSendBufferSize(int size) throws SocketException {
        checkBuffer(size);
        set(StandardSocketOptions.SO_SNDBUF, size);
    }

    @Override
    public int getSendBufferSize() throws SocketException {
        return (Integer) get(StandardSocketOptions.SO_SNDBUF);
    }

    @Override
    public void setReceiveBufferSize(int size) throws SocketException {
        checkBuffer(size);
        set(StandardSocketOptions.SO_RCVBUF, size);
    }

    @Override
    public int getReceiveBufferSize() throws SocketException {
        return (Integer) get(StandardSocketOptions.SO_RCVBUF);
    }

    @Override
    public void setReuseAddress(boolean on) throws SocketException {
        set(StandardSocketOptions.SO_REUSEADDR, on);
    }

    @Override
    public boolean getReuseAddress() throws SocketException {
        return (Boolean) get(StandardSocketOptions.SO_REUSEADDR);
    }

    @Override
    public void setBroadcast(boolean on) throws SocketException {
        set(StandardSocketOptions.SO_BROADCAST, on);
    }

    @Override
    public boolean getBroadcast() throws SocketException {
        return (Boolean) get(StandardSocketOptions.SO_BROADCAST);
    }

    @Override
    public void setTrafficClass(int tos) throws SocketException {
        if (tos < 0 || tos > 255) throw new IllegalArgumentException("tc is not in range 0 -- 255");
        set(StandardSocketOptions.IP_TOS, tos);
    }

    @Override
    public int getTrafficClass() throws SocketException {
        return (Integer) get(StandardSocketOptions.IP_TOS);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return OPTIONS;
    }

    @Override
    public <T> DatagramSocket setOption(SocketOption<T> option, T value) throws IOException {
        checkSupported(option);
        if (isClosed()) throw new ClosedChannelException();
        SocketSettings.check(option, value);
        set(option, value);
        return this;
    }

    @Override
    @SuppressWarnings("unchecked") // each option gives its own type
    public <T> T getOption(SocketOption<T> option) throws IOException {
        checkSupported(option);
        if (isClosed()) throw new ClosedChannelException();
        return (T) get(option);
    }

    private static void checkSupported(SocketOption<?> option) {
        Objects.requireNonNull(option);
        if (!OPTIONS.contains(option)) {
            throw new UnsupportedOperationException("'" + option + "' not supported");
        }
    }

    private void set(SocketOption<?> option, Object value) throws SocketException {
        port.checkOpen();
        if (option == StandardSocketOptions.SO_SNDBUF) sendBuffer = size(value);
        else if (option == StandardSocketOptions.SO_RCVBUF) receiveBuffer = size(value);
        else if (option == StandardSocketOptions.SO_REUSEADDR) reuseAddress = (Boolean) value;
        else if (option == StandardSocketOptions.SO_BROADCAST) broadcast = (Boolean) value;
        else port.trafficClass((Integer) value & 0xff);
    }

    private static void checkBuffer(int bytes) {
        if (bytes <= 0) throw new IllegalArgumentException("Invalid buffer size: " + bytes);
    }

    private static int size(Object value) {
        return Math.max((Integer) value, LEAST_BUFFER);
    }

    private Object get(SocketOption<?> option) throws SocketException {
        port.checkOpen();
        if (option == StandardSocketOptions.SO_SNDBUF) return sendBuffer;
        if (option == StandardSocketOptions.SO_RCVBUF) return receiveBuffer;
        if (option == StandardSocketOptions.SO_REUSEADDR) return reuseAddress;
        if (option == StandardSocketOptions.SO_BROADCAST) return broadcast;
        return port.trafficClass();
    }

    @Override
    public void joinGroup(SocketAddress group, NetworkInterface on) throws IOException {
        if (group == null) throw new IllegalArgumentException("group is null");
        throw new SocketException("no multicast in a tunnel");
    }

    @Override
    public void leaveGroup(SocketAddress group, NetworkInterface on) throws IOException {
        if (group == null) throw new IllegalArgumentException("group is null");
        throw new SocketException("no multicast in a tunnel");
    }

    private static final int BUFFER = 256 << 10;
    private static final int LEAST_BUFFER = 4096;
    private static final Set<SocketOption<?>> OPTIONS =
            Set.of(
                    StandardSocketOptions.SO_SNDBUF,
                    StandardSocketOptions.SO_RCVBUF,
                    StandardSocketOptions.SO_REUSEADDR,
                    StandardSocketOptions.SO_BROADCAST,
                    StandardSocketOptions.IP_TOS);
}
