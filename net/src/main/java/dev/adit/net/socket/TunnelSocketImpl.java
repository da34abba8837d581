package dev.adit.net.socket;

import dev.adit.ip.address.IpAddress;
import dev.adit.net.core.Addresses;
import dev.adit.net.core.TunnelStack;
import dev.adit.stack.socket.Connection;
import dev.adit.stack.socket.Listener;
import dev.adit.stack.socket.RefusedException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOption;
import java.net.SocketOptions;
import java.net.StandardSocketOptions;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/// A TCP socket or server socket on a stack, below [java.net.Socket] and [java.net.ServerSocket].
///
/// Thread-safe. One thread at a time reads or accepts, one writes or connects; closing waits for
/// neither.
final class TunnelSocketImpl extends SocketImpl {
    private final TunnelStack net;
    private final boolean isServer;
    private final SocketSettings settings; // its own monitor guards it
    private final ReentrantLock acceptLock = new ReentrantLock();
    private final SocketWaits waits;
    private volatile @Nullable TunnelStreams stream; // null until connected
    private volatile @Nullable Listener listener; // null until listening
    private volatile @Nullable IpAddress local; // bound to, or null
    private boolean isPortChosen; // by us at bind; guarded by the settings' monitor

    TunnelSocketImpl(TunnelStack net, boolean isServer) {
        this.net = net;
        this.isServer = isServer;
        settings = new SocketSettings(net.options());
        waits = new SocketWaits(net);
    }

    @Override
    protected void create(boolean isStream) throws SocketException {
        net.checkOpen();
    }

    // ---- connecting

    @Override
    protected void connect(String host, int remotePort) throws IOException {
        connect(InetSocketAddress.createUnresolved(host, remotePort), 0);
    }

    @Override
    protected void connect(InetAddress to, int remotePort) throws IOException {
        connect(new InetSocketAddress(to, remotePort), 0);
    }

    @Override
    protected void connect(SocketAddress remote, int millis) throws IOException {
        if (!(remote instanceof InetSocketAddress to)) {
            throw new IllegalArgumentException("Unsupported address type");
        }
        waits.checkOpen();
        if (stream != null) throw new SocketException("Already connected");
        List<IpAddress> found = RemoteResolver.of(net, to);
        Connection c = connect(found, to.getPort(), millis);
        established(c, RemoteResolver.nameOf(to));
    }

    private Connection connect(List<IpAddress> found, int remotePort, int millis)
            throws IOException {
        boolean mayMove;
        synchronized (settings) {
            mayMove = isPortChosen;
        }
        try {
            return connector(localport, remotePort).connect(found, millis);
        } catch (BindException e) {
            if (!mayMove) throw e;
            return connector(0, remotePort).connect(found, millis);
        }
    }

    private Connector connector(int fromPort, int remotePort) {
        synchronized (settings) {
            return new Connector(net, waits, settings.tcp(), local, fromPort, remotePort);
        }
    }

    /// The socket is that of `c` now.
    private void established(Connection c, @Nullable String name) throws SocketException {
        c.attach(waits);
        address = Addresses.toInet(name, c.pair().remoteAddress());
        port = c.pair().remotePort();
        localport = c.pair().localPort();
        local = c.pair().localAddress();
        synchronized (settings) {
            c.configure(net.now(), settings.tcp());
        }
        TunnelStreams made = new TunnelStreams(net, c, waits, this::timeout);
        stream = made;
        if (!waits.isClosed) return;
        made.close(linger()); // closed while it connected
        throw new SocketException("Socket closed");
    }

    private int timeout() {
        synchronized (settings) {
            return settings.timeout();
        }
    }

    private int linger() {
        synchronized (settings) {
            return settings.linger();
        }
    }

    // ---- listening

    @Override
    protected void bind(InetAddress host, int toPort) throws IOException {
        waits.checkOpen();
        IpAddress wanted = Addresses.orWildcard(host);
        if (wanted != null && !net.isOwn(wanted)) {
            throw new BindException(
                    "Cannot assign requested address: " + wanted + " is not one of " + net.name());
        }
        local = wanted;
        localport = toPort;
        if (isServer || toPort != 0) return;
        synchronized (settings) {
            isPortChosen = true;
        }
        localport = EphemeralPorts.any();
    }

    @Override
    protected void listen(int backlog) throws IOException {
        waits.checkOpen();
        try {
            Listener made;
            synchronized (settings) {
                made = net.stack().listen(net.now(), local, localport, backlog, settings.tcp());
            }
            made.attach(waits);
            listener = made;
            localport = made.port();
        } catch (RefusedException e) {
            throw ConnectionFailure.refused(net, e);
        }
        net.opened(waits);
        if (waits.isClosed || net.isClosing()) closeListener();
    }

    @Override
    protected void accept(SocketImpl accepted) throws IOException {
        TunnelSocketImpl to = (TunnelSocketImpl) accepted;
        Connection c;
        acceptLock.lock();
        try {
            c = accept();
        } finally {
            acceptLock.unlock();
        }
        to.established(c, null);
    }

    private Connection accept() throws IOException {
        Listener from = Objects.requireNonNull(listener);
        long deadline = waits.deadline(timeout());
        waits.read.begin();
        try {
            while (true) {
                waits.checkOpen();
                Connection c = from.accept();
                if (c != null) return c;
                waits.parkUntil(waits.read, deadline, "Accept timed out");
            }
        } finally {
            waits.read.end();
        }
    }

    private void closeListener() {
        net.closed(waits);
        Listener was = listener;
        if (was != null) was.close(net.now());
    }

    // ---- the stream

    private TunnelStreams stream() throws SocketException {
        TunnelStreams connected = stream;
        if (connected == null) throw new SocketException("Socket is not connected");
        return connected;
    }

    @Override
    protected InputStream getInputStream() throws IOException {
        return stream().input();
    }

    @Override
    protected OutputStream getOutputStream() throws IOException {
        return stream().output();
    }

    @Override
    protected int available() throws IOException {
        return stream().available();
    }

    @Override
    protected void shutdownInput() throws IOException {
        stream().shutdownInput();
    }

    @Override
    protected void shutdownOutput() throws IOException {
        stream().shutdownOutput();
    }

    @Override
    protected void close() throws IOException {
        if (waits.isClosed) return;
        waits.close();
        if (isServer) closeListener();
        TunnelStreams connected = stream;
        if (connected != null) connected.close(linger());
    }

    /// The stack takes urgent data in as ordinary data and sends none.
    @Override
    protected boolean supportsUrgentData() {
        return false;
    }

    @Override
    protected void sendUrgentData(int data) throws IOException {
        throw new SocketException("Urgent data not supported");
    }

    // ---- options

    @Override
    protected Set<SocketOption<?>> supportedOptions() {
        return isServer ? SocketSettings.ofServer() : SocketSettings.ofSocket();
    }

    private void checkSupported(SocketOption<?> option) throws SocketException {
        Objects.requireNonNull(option);
        if (!supportedOptions().contains(option)) {
            throw new UnsupportedOperationException("'" + option + "' not supported");
        }
        waits.checkOpen();
    }

    @Override
    protected <T> void setOption(SocketOption<T> option, T value) throws IOException {
        checkSupported(option);
        SocketSettings.check(option, value);
        set(option, value);
    }

    @Override
    @SuppressWarnings("unchecked") // each option gives its own type
    protected <T> T getOption(SocketOption<T> option) throws IOException {
        checkSupported(option);
        synchronized (settings) {
            return (T) settings.get(option);
        }
    }

    private void set(SocketOption<?> option, Object value) throws SocketException {
        synchronized (settings) {
            settings.set(option, value);
            TunnelStreams connected = stream;
            if (connected != null) connected.configure(settings.tcp());
        }
    }

    @Override
    public void setOption(int option, Object value) throws SocketException {
        waits.checkOpen();
        switch (option) {
            case SocketOptions.SO_TIMEOUT -> {
                synchronized (settings) {
                    settings.timeout((Integer) value);
                }
            }
            case SocketOptions.SO_OOBINLINE -> {
                synchronized (settings) {
                    settings.urgentInline((Boolean) value);
                }
            }
            case SocketOptions.SO_LINGER -> {
                int seconds = value instanceof Integer number ? number : -1;
                set(StandardSocketOptions.SO_LINGER, seconds);
            }
            default -> set(SocketOptionNumbers.of(option), value);
        }
    }

    @Override
    public Object getOption(int option) throws SocketException {
        waits.checkOpen();
        synchronized (settings) {
            return switch (option) {
                case SocketOptions.SO_TIMEOUT -> settings.timeout();
                case SocketOptions.SO_OOBINLINE -> settings.urgentInline();
                case SocketOptions.SO_BINDADDR -> boundAddress();
                default -> settings.get(SocketOptionNumbers.of(option));
            };
        }
    }

    private InetAddress boundAddress() {
        IpAddress bound = local;
        return bound == null ? new InetSocketAddress(0).getAddress() : Addresses.toInet(bound);
    }

    @Override
    protected InetAddress getInetAddress() {
        return isServer ? boundAddress() : super.getInetAddress();
    }
}
