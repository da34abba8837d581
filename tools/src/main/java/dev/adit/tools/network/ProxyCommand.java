package dev.adit.tools.network;

import dev.adit.device.uapi.UapiServer;
import dev.adit.net.Network;
import dev.adit.proxy.Proxy;
import dev.adit.proxy.ProxyOptions;
import dev.adit.tools.terminal.Command;
import dev.adit.tools.terminal.CommandFailure;
import dev.adit.tools.terminal.Manual;
import dev.adit.tools.terminal.Terminal;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// The command `proxy`, which gives programs of the host access to a network without root.
/// Immutable.
public record ProxyCommand() implements Command {
    @Override
    public String name() {
        return "proxy";
    }

    @Override
    public String summary() {
        return "Gives programs a tunnel by SOCKS, HTTP and forwarded ports, without root";
    }

    @Override
    public String usage() {
        return "proxy <config> [--listen <address>]... [--tcp <local>=<host>:<port>]... [--udp"
                + " <local>=<host>:<port>]... [--serve <port>=<target>]... [--dns <address>]..."
                + " [--health <address>]... [--users <file>] [--names { tunnel | system |"
                + " tunnel-then-system }] [--mtu <bytes>] [--open] [--check]";
    }

    @Override
    public Manual manual() {
        return Manual.of(
                        """
                        Opens the network of a wg-quick file in this process and serves other
                        programs of this host until it is ended. It needs neither root nor an
                        interface. Without an option that says where, SOCKS5, SOCKS4a and HTTP
                        clients are served at 127.0.0.1:1080, all on this one port.\
                        """)
                .with("--listen", "ADDRESS:PORT, PORT on loopback, or unix:PATH")
                .with("--tcp", "a port of this host that leads to one in the tunnel")
                .with("--udp", "the same for datagrams")
                .with("--serve", "a port in the tunnel that leads to HOST:PORT or unix:PATH here")
                .with("--dns", "passes DNS queries on to the DNS servers in the tunnel; port 53")
                .with("--health", "serves /livez, /readyz and /metrics by HTTP")
                .with("--users", "a file with a line NAME:PASSWORD for each who is let in")
                .with("--names", "who looks names up: the DNS servers in the tunnel, or the host")
                .with("--mtu", "the largest packet in the tunnel, in bytes")
                .with("--open", "lets other hosts in without a password")
                .with("--check", "only says whether all of this is right")
                .example("adit proxy office --listen 1080 --tcp 5432=db.internal:5432");
    }

    @Override
    public int run(Terminal terminal, List<String> arguments) throws CommandFailure, IOException {
        if (arguments.isEmpty()) throw CommandFailure.usage();
        ProxyArguments request = ProxyArguments.parse(arguments);
        NetworkFile file = NetworkFile.find(terminal, request.config());
        try (Network network = file.open(terminal, request::set)) {
            if (request.options().servesDns() && network.nameServers().isEmpty()) {
                throw failure(NAME, file + ": --dns needs a line `DNS =' with addresses");
            }
            if (request.checks()) {
                terminal.print(network.name() + ": right");
                return 0;
            }
            return serve(terminal, NAME, network, request.options());
        }
    }

    /// Serves until it is ended by a signal.
    ///
    /// @param program its name, for messages
    static int serve(Terminal terminal, String program, Network network, ProxyOptions options)
            throws CommandFailure {
        Proxy proxy;
        try {
            proxy = Proxy.open(network, options);
        } catch (IOException e) {
            throw failure(program, e.getMessage());
        }
        Optional<UapiServer> socket = ConfigurationSocket.open(network, terminal.environment());
        try (proxy) {
            tell(terminal, program + ": " + network.name() + ": ", proxy);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(socket, proxy, network)));
            while (network.isOpen()) LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
        } catch (IOException e) {
            throw failure(program, e.getMessage());
        } finally {
            socket.ifPresent(UapiServer::close);
        }
        throw failure(
                program,
                network.failure().map(Throwable::toString).orElse("the network is closed"));
    }

    /// Says where a proxy serves.
    ///
    /// @param prefix of each line
    static void tell(Terminal terminal, String prefix, Proxy proxy) throws IOException {
        for (SocketAddress at : proxy.addresses()) {
            terminal.warn(prefix + "serves at " + text(at));
        }
        for (SocketAddress at : proxy.dnsAddresses()) {
            terminal.warn(prefix + "serves DNS at " + text(at));
        }
        for (SocketAddress at : proxy.healthAddresses()) {
            terminal.warn(prefix + "tells its health at " + text(at));
        }
    }

    private static String text(SocketAddress at) {
        if (!(at instanceof InetSocketAddress inet)) return "unix:" + at;
        String host = inet.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + inet.getPort();
    }

    /// Ends in order when asked to by a signal.
    private static void end(Optional<UapiServer> socket, Proxy proxy, Network network) {
        socket.ifPresent(UapiServer::close);
        proxy.close();
        network.close();
        Runtime.getRuntime().halt(0);
    }

    private static CommandFailure failure(String program, @Nullable String message) {
        return new CommandFailure(program + ": " + message);
    }

    private static final String NAME = "adit proxy";
}
