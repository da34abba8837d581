package dev.adit.proxy;

import dev.adit.device.dns.NameServerOrder;
import dev.adit.net.Network;
import dev.adit.proxy.dns.DnsExchange;
import dev.adit.proxy.dns.DnsForward;
import dev.adit.proxy.forward.ForwardTarget;
import dev.adit.proxy.forward.HostOpener;
import dev.adit.proxy.forward.TcpForward;
import dev.adit.proxy.forward.TunnelListener;
import dev.adit.proxy.forward.UdpForward;
import dev.adit.proxy.health.HealthServer;
import dev.adit.proxy.server.Acceptor;
import dev.adit.proxy.server.ClientHandler;
import dev.adit.proxy.server.ClientTable;
import dev.adit.proxy.server.ListenAddress;
import dev.adit.proxy.socks.Users;
import dev.adit.proxy.stream.Counting;
import dev.adit.proxy.stream.DatagramDialer;
import dev.adit.proxy.stream.Dialer;
import dev.adit.proxy.stream.ProxyStats;
import dev.adit.proxy.stream.SocketDuplex;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// A proxy into a [Network] for every program of the host: SOCKS5, SOCKS4a and HTTP on each of its
/// addresses, told apart by what clients say first, forwards of single ports, and name service.
///
/// Thread-safe. Clients are served by virtual threads.
public final class Proxy implements AutoCloseable {
    private final ClientTable clients = new ClientTable();
    private final List<Acceptor> acceptors = new ArrayList<>();
    private final List<AutoCloseable> forwards = new ArrayList<>();
    private final List<DnsForward> dns = new ArrayList<>();
    private final List<HealthServer> health = new ArrayList<>();
    private final ScheduledExecutorService timer;

    private Proxy() {
        timer =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().name("adit-proxy-timer").daemon().factory());
    }

    /// Opens a proxy into `network`, which the caller closes after it.
    ///
    /// @throws IOException when a port of the host or in the tunnel cannot be had
    public static Proxy open(Network network, ProxyOptions options) throws IOException {
        Proxy proxy = new Proxy();
        try {
            proxy.listen(network, options);
        } catch (IOException | RuntimeException e) {
            proxy.close(Duration.ZERO);
            throw e;
        }
        proxy.timer.scheduleWithFixedDelay(
                () -> proxy.clients.expire(System.nanoTime()), 1, 1, TimeUnit.SECONDS);
        for (HealthServer health : proxy.health) {
            proxy.timer.scheduleWithFixedDelay(health::tick, 0, 5, TimeUnit.SECONDS);
        }
        return proxy;
    }

    private void listen(Network network, ProxyOptions options) throws IOException {
        // First, as it tells also how the others do.
        for (ListenAddress at : options.health()) {
            health.add(new HealthServer(at, network, clients));
        }
        Dialer dialer = dialer(network, Duration.ZERO);
        Dialer forwardDialer = dialer(network, FORWARD_PATIENCE);
        DatagramDialer datagrams = new TunnelDatagramDialer(network);
        for (ProxyOptions.Listener one : options.listen()) {
            ClientHandler handler =
                    new ClientHandler(dialer, datagrams, counted(one.users()), clients);
            acceptors.add(Acceptor.open(one.at(), handler));
        }
        for (ProxyOptions.Forward forward : options.tcp()) {
            ForwardTarget to = forward.target();
            TcpForward carrier =
                    new TcpForward(
                            to,
                            client -> forwardDialer.connect(to.host(), to.port()),
                            clients,
                            ProxyStats.ClientKind.TCP_FORWARD);
            acceptors.add(Acceptor.open(forward.at(), carrier));
        }
        for (ProxyOptions.Forward forward : options.udp()) {
            InetSocketAddress at = (InetSocketAddress) forward.at().address();
            forwards.add(new UdpForward(at, forward.target(), datagrams, clients.stats()));
        }
        for (ProxyOptions.Service service : options.services()) {
            HostOpener opener = new HostOpener(service.target(), service.tellsPeer());
            Counting counting = new Counting(clients.stats(), false);
            TcpForward carrier =
                    new TcpForward(
                            service.target(),
                            client -> counting.connect(() -> opener.open(client)),
                            clients,
                            ProxyStats.ClientKind.SERVICE);
            forwards.add(new TunnelListener(network.listen(service.port()), carrier));
        }
        if (options.servesDns()) listenForDns(network, options, datagrams);
    }

    private void listenForDns(Network network, ProxyOptions options, DatagramDialer datagrams)
            throws IOException {
        if (network.nameServers().isEmpty()) {
            throw new IOException("the network " + network.name() + " has no name servers");
        }
        DnsExchange exchange =
                new DnsExchange(
                        new NameServerOrder(network.nameServers()),
                        datagrams,
                        (to, port, millis) ->
                                network.connect(
                                        to.getHostAddress(), port, Duration.ofMillis(millis)),
                        new SecureRandom());
        for (ListenAddress at : options.dns()) {
            DnsForward forward = new DnsForward(at, exchange, clients);
            dns.add(forward);
            forwards.add(forward);
        }
    }

    private Dialer dialer(Network network, Duration patience) {
        Counting counting = new Counting(clients.stats(), true);
        return (host, port) ->
                counting.connect(() -> new SocketDuplex(network.connect(host, port, patience)));
    }

    private @Nullable Users counted(@Nullable Users users) {
        if (users == null) return null;
        return (name, password) -> {
            boolean isRight = users.check(name, password);
            if (!isRight) clients.stats().refused(ProxyStats.Refusal.WRONG_PASSWORD);
            return isRight;
        };
    }

    /// The addresses at which clients and TCP forwards are served, in the order of the options,
    /// with the ports that were chosen.
    public List<SocketAddress> addresses() throws IOException {
        List<SocketAddress> all = new ArrayList<>();
        for (Acceptor acceptor : acceptors) all.add(acceptor.address());
        return all;
    }

    /// The addresses at which DNS queries are served, as [#addresses].
    public List<SocketAddress> dnsAddresses() {
        return dns.stream().map(forward -> (SocketAddress) forward.address()).toList();
    }

    /// The addresses at which its health is told, as [#addresses].
    public List<SocketAddress> healthAddresses() throws IOException {
        List<SocketAddress> all = new ArrayList<>();
        for (HealthServer server : health) all.add(server.address());
        return all;
    }

    /// How many clients there are, those of forwards included.
    public int clients() {
        return clients.size();
    }

    /// Closes it within five seconds; see [#close(Duration)].
    @Override
    public void close() {
        close(GRACE);
    }

    /// Ends listening, and waits for the clients; those that are there after `grace` are ended.
    /// Idempotent.
    public void close(Duration grace) {
        acceptors.forEach(Proxy::end);
        forwards.forEach(Proxy::end);
        try {
            clients.close(grace.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        health.forEach(Proxy::end);
        timer.shutdownNow();
    }

    private static void end(AutoCloseable listener) {
        try {
            listener.close();
        } catch (Exception e) {
            // it does not listen any more
        }
    }

    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final Duration FORWARD_PATIENCE = Duration.ofSeconds(10);
}
