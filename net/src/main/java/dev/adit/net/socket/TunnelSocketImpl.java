package dev.adit.net.socket;

import dev.adit.ip.address.IpAddress;
import dev.adit.net.core.InetAddresses;
import dev.adit.net.core.TunnelStack;
import dev.adit.stack.socket.Connection;
import dev.adit.stack.socket.Listener;
import dev.adit.stack.socket.RefusedException;
import dev.adit.stack.socket.TcpOptions;

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
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/// A TCP socket or server socket on a stack, below [java.net.Socket] and [java.net.ServerSocket].
///
/// Thread-safe. One thread at a time reads or accepts, one writes or connects; closing waits for
/// neither.
public final class TunnelSocketImpl extends SocketImpl {
    private final TunnelStack net;
    private final boolean isServer;
    private final SocketSettings settings;
    private final ReentrantLock acceptLock = new ReentrantLock();
    private final SocketWaits waits;
    private volatile @Nullable TunnelStreams stream; // null until connected
    private volatile @Nullable ConnectionAttempt attempt; // while it connects without waiting
    private volatile @Nullable Listener listener; // null until listening
    private volatile @Nullable IpAddress local; // bound to, or null
    private volatile boolean isPortChosen; // by us at bind

    /// @param waits where its events go and its threads wait
    public TunnelSocketImpl(TunnelStack net, boolean isServer, SocketWaits waits) {
        this.net = net;
        this.isServer = isServer;
        this.waits = waits;
        settings = new SocketSettings(net.options());
    }

    TunnelSocketImpl(TunnelStack net, boolean isServer) {
        this(net, isServer, new SocketWaits(net));
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
    public void connect(SocketAddress remote, int millis) throws IOException {
        if (!(remote instanceof InetSocketAddress to)) {
            throw new IllegalArgumentException("Unsupported address type");
        }
        waits.checkOpen();
        if (stream != null) throw new SocketException("Already connected");
        List<IpAddress> found = RemoteAddressResolver.of(net, to);
        Connection c = connect(found, to.getPort(), millis);
        established(c, RemoteAddressResolver.nameOf(to));
    }

    private Connection connect(List<IpAddress> found, int remotePort, int millis)
            throws IOException {
        try {
            return connector(localport, remotePort).connect(found, millis);
        } catch (BindException e) {
            if (!isPortChosen) throw e;
            return connector(0, remotePort).connect(found, millis);
        }
    }

    private Connector connector(int fromPort, int remotePort) {
        return new Connector(net, waits, settings.tcp(), local, fromPort, remotePort);
    }

    /// Begins to connect, and does not wait; [#finishConnect] follows.
    ///
    /// @throws IOException when it fails at once
    public void beginConnect(IpAddress to, int remotePort) throws IOException {
        waits.checkOpen();
        ConnectionAttempt begun = attempt(to, remotePort);
        local = begun.connection().pair().localAddress();
        localport = begun.connection().pair().localPort();
        attempt = begun;
        if (waits.isClosed) begun.abort();
    }

    private ConnectionAttempt attempt(IpAddress to, int remotePort) throws IOException {
        TcpOptions tcp = settings.tcp();
        try {
            return ConnectionAttempt.begin(net, waits, tcp, local, localport, to, remotePort);
        } catch (BindException e) {
            if (!isPortChosen) throw e;
            return ConnectionAttempt.begin(net, waits, tcp, local, 0, to, remotePort);
        }
    }

    /// True when [#finishConnect] would not return false.
    public boolean isConnectDecided() {
        ConnectionAttempt begun = attempt;
        return begun != null && begun.isDecided();
    }

    /// True when the attempt to connect has failed.
    public boolean hasConnectFailed() {
        ConnectionAttempt begun = attempt;
        return begun != null && begun.connection().ending() != null;
    }

    /// Ends what [#beginConnect] began. One thread at a time.
    ///
    /// @return false when it is still under way
    /// @throws IOException when it has failed
    public boolean finishConnect(boolean mayWait) throws IOException {
        ConnectionAttempt begun = Objects.requireNonNull(attempt);
        waits.write.begin();
        try {
            while (true) {
                waits.checkOpen();
                if (begun.isEstablished()) break;
                if (!mayWait) return false;
                waits.park(waits.write, Long.MAX_VALUE);
            }
        } finally {
            waits.write.end();
        }
        established(begun.connection(), null);
        attempt = null;
        return true;
    }

    /// The socket is that of `c` now, which a peer began.
    public void accepted(Connection c) throws SocketException {
        established(c, null);
    }

    /// The socket is that of `c` now.
    private void established(Connection c, @Nullable String name) throws SocketException {
        c.attach(waits);
        address = InetAddresses.toInet(name, c.pair().remoteAddress());
        port = c.pair().remotePort();
        localport = c.pair().localPort();
        local = c.pair().localAddress();
        synchronized (settings) {
            c.configure(net.now(), settings.tcp());
        }
        TunnelStreams made = new TunnelStreams(net, c, waits, settings::timeout);
        stream = made;
        if (!waits.isClosed) return;
        made.close(settings.linger()); // closed while it connected
        throw new SocketException("Socket closed");
    }

    // ---- listening

    @Override
    public void bind(InetAddress host, int toPort) throws IOException {
        waits.checkOpen();
        IpAddress wanted = InetAddresses.orWildcard(host);
        if (wanted != null && !net.isOwn(wanted)) {
            throw new BindException(
                    "Cannot assign requested address: " + wanted + " is not one of " + net.name());
        }
        local = wanted;
        localport = toPort;
        if (isServer || toPort != 0) return;
        isPortChosen = true;
        localport = EphemeralPorts.any();
    }

    @Override
    protected void listen(int backlog) throws IOException {
        waits.checkOpen();
        try {
            Listener made =
                    net.stack().listen(net.now(), local, localport, backlog, settings.tcp());
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
    protected void accept(SocketImpl socket) throws IOException {
        ((TunnelSocketImpl) socket).accepted(accept());
    }

    /// Waits for a connection.
    Connection accept() throws IOException {
        acceptLock.lock();
        try {
            return awaitConnection();
        } finally {
            acceptLock.unlock();
        }
    }

    /// The connection that waits to be accepted, or null.
    @Nullable Connection acceptNow() throws IOException {
        waits.checkOpen();
        return Objects.requireNonNull(listener).accept();
    }

    /// True when an accept would not wait.
    boolean isAcceptable() {
        Listener from = listener;
        return from != null && from.isAcceptable();
    }

    private Connection awaitConnection() throws IOException {
        Listener from = Objects.requireNonNull(listener);
        long deadline = waits.deadline(settings.timeout());
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

    /// The streams of the connection.
    ///
    /// @throws SocketException when there is none
    public TunnelStreams stream() throws SocketException {
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
    public void close() throws IOException {
        if (waits.isClosed) return;
        waits.close();
        if (isServer) closeListener();
        ConnectionAttempt begun = attempt;
        if (begun != null) begun.abort();
        TunnelStreams connected = stream;
        if (connected != null) connected.close(settings.linger());
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
    public Set<SocketOption<?>> supportedOptions() {
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
    public <T> void setOption(SocketOption<T> option, T value) throws IOException {
        checkSupported(option);
        SocketSettings.check(option, value);
        synchronized (settings) {
            settings.set(option, value);
            configure();
        }
    }

    @Override
    @SuppressWarnings("unchecked") // each option gives its own type
    public <T> T getOption(SocketOption<T> option) throws IOException {
        checkSupported(option);
        return (T) settings.get(option);
    }

    @Override
    public void setOption(int option, Object value) throws SocketException {
        waits.checkOpen();
        synchronized (settings) {
            settings.set(option, value);
            configure();
        }
    }

    @Override
    public Object getOption(int option) throws SocketException {
        waits.checkOpen();
        return option == SocketOptions.SO_BINDADDR ? boundAddress() : settings.get(option);
    }

    /// Has the connection follow the settings, whose monitor is held.
    private void configure() {
        TunnelStreams connected = stream;
        if (connected != null) connected.configure(settings.tcp());
    }

    private InetAddress boundAddress() {
        IpAddress bound = local;
        return bound == null ? new InetSocketAddress(0).getAddress() : InetAddresses.toInet(bound);
    }

    @Override
    protected InetAddress getInetAddress() {
        return isServer ? boundAddress() : super.getInetAddress();
    }

    /// The own address and port, with the wildcard address before it is bound to another.
    public InetSocketAddress localAddress() {
        return new InetSocketAddress(boundAddress(), localport);
    }

    /// The address and port of the other end, once connected.
    public InetSocketAddress remoteAddress() {
        return new InetSocketAddress(address, port);
    }
}
