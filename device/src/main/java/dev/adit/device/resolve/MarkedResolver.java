package dev.adit.device.resolve;

import dev.adit.device.dns.AddressOrder;
import dev.adit.device.dns.DnsClient;
import dev.adit.device.dns.HostsFile;
import dev.adit.device.dns.NameServerFinder;
import dev.adit.ip.port.BindFactory;
import dev.adit.ip.port.ClientSocket;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntSupplier;

/// Resolves names with DNS queries that carry the firewall mark of the interface, and so stay out
/// of the tunnel as its own packets do. Names that cannot be found so, and all names without a
/// mark, are left to the system's resolver. Thread-safe.
///
/// It is only for the names of endpoints: with all traffic routed into the tunnel, the system's
/// queries would go into it, even those for the name of a peer that is dead.
public final class MarkedResolver implements Resolver {
    private final Resolver system;
    private final BindFactory sockets;
    private final IntSupplier mark;
    private final Path hosts;
    private final NameServerFinder servers;
    private final SecureRandom random = new SecureRandom();

    /// @param mark gives the interface's mark, 0 for none
    /// @param root `/`, or a folder in its place
    public MarkedResolver(
            Resolver system,
            BindFactory sockets,
            IntSupplier mark,
            Path root,
            String interfaceName) {
        this.system = system;
        this.sockets = sockets;
        this.mark = mark;
        hosts = root.resolve("etc/hosts");
        servers = new NameServerFinder(root, interfaceName);
    }

    @Override
    public InetAddress address(String host, String endpoint) throws UnknownHostException {
        return addresses(host).getFirst();
    }

    @Override
    public List<InetAddress> addresses(String host) throws UnknownHostException {
        int fwmark = mark.getAsInt();
        if (fwmark == 0) return system.addresses(host);
        List<InetAddress> found = HostsFile.addresses(hosts, host);
        if (found.isEmpty()) {
            DnsClient client = new DnsClient((s, to, ms) -> connect(s, to, fwmark, ms), random);
            try {
                found = client.addresses(host, servers.toAsk());
            } catch (UnknownHostException e) {
                // The system may have other sources than name servers, or a server inside another
                // tunnel.
                return system.addresses(host);
            }
        }
        return AddressOrder.sorted(found, destination -> source(destination, fwmark));
    }

    private ClientSocket connect(boolean stream, InetSocketAddress to, int fwmark, int millis)
            throws IOException {
        return sockets.connect(stream, to, fwmark, millis);
    }

    private @Nullable InetAddress source(InetAddress destination, int fwmark) {
        InetSocketAddress to = new InetSocketAddress(destination, DISCARD);
        try (ClientSocket socket = sockets.connect(false, to, fwmark, 0)) {
            return socket.localAddress();
        } catch (IOException e) {
            return null; // no route
        }
    }

    @Override
    public OptionalInt port(String service) {
        return system.port(service);
    }

    private static final int DISCARD = 9; // any port but 0; nothing is sent
}
