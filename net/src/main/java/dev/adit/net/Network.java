package dev.adit.net;

import dev.adit.device.Device;
import dev.adit.device.config.ConfigException;
import dev.adit.ip.address.IpAddress;
import dev.adit.net.channels.TunnelSelectorProvider;
import dev.adit.net.core.InetAddresses;
import dev.adit.net.socket.Ping;
import dev.adit.net.socket.TunnelDatagramSocket;
import dev.adit.net.socket.TunnelServerSocketFactory;
import dev.adit.net.socket.TunnelSocket;
import dev.adit.net.socket.TunnelSocketFactory;
import dev.adit.net.socket.TunnelSslSocketFactory;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;

/// A network in this program, reached through WireGuard: the JDK's own sockets in a tunnel, without
/// root, TUN or native library.
///
/// ```java
/// try (Network office = Network.open(Path.of("office.conf"))) {
///     try (Socket s = office.socketFactory().createSocket("db.internal", 5432)) { ... }
///     try (ServerSocket web = office.listen(8080)) { Socket in = web.accept(); ... }
/// }
/// ```
///
/// Nothing that is made of a network ever uses the host's network, but for the UDP sockets of
/// WireGuard and, where the configuration names no DNS server, the host's resolver. Exceptions are
/// those that the JDK's sockets throw; their messages say what is wrong with the tunnel.
///
/// Thread-safe. A network has four or five daemon threads, whatever the number of its sockets.
public final class Network implements AutoCloseable {
    private final RunningNetwork engine;
    private final SharedNetworks.Release release;
    private final SocketFactory sockets;
    private final SelectorProvider channels;
    private final AtomicBoolean isClosed = new AtomicBoolean();

    Network(RunningNetwork engine, SharedNetworks.Release release) {
        this.engine = engine;
        this.release = release;
        sockets = new TunnelSocketFactory(engine.stack());
        channels = new TunnelSelectorProvider(engine.stack());
    }

    // ---- opening

    /// Opens the network of a wg-quick file. It is up when this returns; sessions with peers begin
    /// when there is something to send, or by their persistent keepalive.
    ///
    /// Of the interface section, `Address`, `DNS`, `MTU`, `PrivateKey`, `ListenPort` and `FwMark`
    /// are followed; hooks, `Table` and `SaveConfig` have no effect in a program.
    ///
    /// @throws IOException when the file cannot be read, or the system refuses the port
    /// @throws ConfigException when the file is wrong; its message has the line
    public static Network open(Path wgQuickFile) throws IOException, ConfigException {
        return builder().config(wgQuickFile).build();
    }

    /// The network of that file in this program: opened if it is not, and closed when all that were
    /// returned are closed.
    public static Network shared(Path wgQuickFile) throws IOException, ConfigException {
        return SharedNetworks.get(wgQuickFile);
    }

    /// Makes a builder, of which a configuration is required.
    public static NetworkBuilder builder() {
        return new NetworkBuilder();
    }

    // ---- sockets

    /// Connects to a host in the network, with small segments sent at once or not as with any
    /// socket.
    ///
    /// @param timeout [Duration#ZERO] for as long as TCP tries
    public Socket connect(String host, int port, Duration timeout) throws IOException {
        Socket socket = new TunnelSocket(engine.stack());
        int millis = (int) Math.min(timeout.toMillis(), Integer.MAX_VALUE);
        socket.connect(InetSocketAddress.createUnresolved(host, port), millis);
        return socket;
    }

    /// Accepts connections of peers on a port of all own addresses, with 0 on one that is free.
    public ServerSocket listen(int port) throws IOException {
        return serverSocketFactory().createServerSocket(port);
    }

    /// Makes sockets that connect in this network. They look names up as this network does, also
    /// when they are given as addresses that the host has found.
    public SocketFactory socketFactory() {
        return sockets;
    }

    /// Makes server sockets that peers connect to.
    public ServerSocketFactory serverSocketFactory() {
        return new TunnelServerSocketFactory(engine.stack());
    }

    /// Makes TLS sockets in this network, with the keys and trust of `context`.
    public SSLSocketFactory sslSocketFactory(SSLContext context) {
        return new TunnelSslSocketFactory(sockets, context.getSocketFactory());
    }

    /// Opens a UDP port on all own addresses, with 0 one that is free.
    public DatagramSocket datagrams(int port) throws SocketException {
        return new TunnelDatagramSocket(engine.stack(), new InetSocketAddress(port));
    }

    /// Makes channels in this network, and selectors for them: for Netty, Jetty and other programs
    /// that wait for many sockets in few threads. Its selectors take channels of any network and of
    /// the JDK; its pipes are the JDK's.
    ///
    /// A channel connects to addresses, as any channel; [#resolve] finds those of a name.
    public SelectorProvider selectorProvider() {
        return channels;
    }

    // ---- names and reachability

    /// The addresses of a host as this network knows them, in the order in which to try them.
    public List<InetAddress> resolve(String host) throws UnknownHostException {
        Optional<IpAddress> literal = IpAddress.parse(host);
        List<IpAddress> found =
                literal.isPresent()
                        ? List.of(literal.get())
                        : engine.stack().names().addresses(host);
        return found.stream().map(address -> InetAddresses.toInet(host, address)).toList();
    }

    /// Sends an ICMP echo request and waits for the reply.
    ///
    /// @return the round-trip time, empty when no reply came within `timeout`
    /// @throws java.net.NoRouteToHostException when no peer has the address
    public Optional<Duration> ping(InetAddress target, Duration timeout) throws IOException {
        return new Ping(engine.stack()).send(InetAddresses.of(target), timeout);
    }

    /// Asks for a session with each peer that has an endpoint, and waits until all have one.
    ///
    /// @return false when they have not by the end of `timeout`, or the network is closed
    public boolean awaitPeers(Duration timeout) throws InterruptedException {
        return engine.sessions().await(timeout);
    }

    // ---- state

    /// The name of the network, that of its file unless set.
    public String name() {
        return engine.name();
    }

    /// The own addresses.
    public List<InetAddress> addresses() {
        return engine.addresses().stream().map(InetAddresses::toInet).toList();
    }

    /// The name servers in the tunnel, as the configuration has them; none without `DNS =`.
    public List<InetAddress> nameServers() {
        return engine.nameServers().stream().map(InetAddresses::toInet).toList();
    }

    /// The device, to configure peers while it runs.
    public Device device() {
        return engine.device();
    }

    /// What there is now.
    public NetworkStatus status() {
        return StatusCollector.of(engine);
    }

    /// True until this is closed, or the network has failed.
    public boolean isOpen() {
        return !isClosed.get() && !engine.stack().isClosing();
    }

    /// The failure that ended the network, if there was one.
    public Optional<Throwable> failure() {
        return engine.device().failure();
    }

    /// Closes the network within two seconds; see [#close(Duration)].
    @Override
    public void close() {
        close(GRACE);
    }

    /// Closes the network: nothing new begins, blocked calls end with a [SocketException], and
    /// connections are closed in order; those that are not done after `grace` are reset.
    /// Idempotent; returns when all threads are gone.
    public void close(Duration grace) {
        if (isClosed.compareAndSet(false, true)) release.close(engine, grace);
        else if (engine.stack().isClosing()) engine.close(grace); // waits
    }

    @Override
    public String toString() {
        return "Network " + name();
    }

    private static final Duration GRACE = Duration.ofSeconds(2);
}
