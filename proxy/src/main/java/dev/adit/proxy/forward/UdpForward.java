package dev.adit.proxy.forward;

import dev.adit.proxy.stream.DatagramDialer;
import dev.adit.proxy.stream.ProxyStats;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/// Carries the datagrams of a port of the host to one target in the tunnel, and the answers back.
/// Each client has a port of its own in the tunnel, for two minutes after its last datagram; of
/// more than 1,024 clients the one goes that was quiet longest. Thread-safe.
public final class UdpForward implements AutoCloseable {
    private final DatagramSocket outside;
    private final ForwardTarget target;
    private final DatagramDialer dialer;
    private final ProxyStats stats;
    private final Map<SocketAddress, Mapping> mappings =
            new LinkedHashMap<>(16, 0.75f, true); // by last use; guarded by itself

    /// Begins to carry.
    ///
    /// @param at where clients send to
    public UdpForward(
            InetSocketAddress at, ForwardTarget target, DatagramDialer dialer, ProxyStats stats)
            throws IOException {
        this.target = target;
        this.dialer = dialer;
        this.stats = stats;
        outside = new DatagramSocket(at);
        Thread.ofPlatform().name("adit-proxy-udp").daemon().start(this::carryOut);
    }

    /// The port of one client in the tunnel.
    private static final class Mapping {
        final SocketAddress client;
        final DatagramSocket inside;
        volatile long lastUsed; // by the client or its target, on the clock of nanoTime

        Mapping(SocketAddress client, DatagramSocket inside) {
            this.client = client;
            this.inside = inside;
            use();
        }

        void use() {
            lastUsed = System.nanoTime();
        }

        boolean isIdle() {
            return System.nanoTime() - lastUsed >= IDLE * 1_000_000L;
        }
    }

    private void carryOut() {
        DatagramPacket packet = new DatagramPacket(new byte[MOST_BYTES], MOST_BYTES);
        while (!outside.isClosed()) {
            try {
                outside.receive(packet);
                InetAddress to = dialer.resolve(target.host());
                int length = packet.getLength();
                Mapping mapping = mapping(packet.getSocketAddress());
                mapping.inside.send(
                        new DatagramPacket(packet.getData(), 0, length, to, target.port()));
                stats.toTunnel(length);
            } catch (IOException e) {
                if (outside.isClosed()) return;
                LOG.log(Level.DEBUG, "to {0}: a datagram is dropped: {1}", target, e.getMessage());
            }
        }
    }

    private Mapping mapping(SocketAddress client) throws IOException {
        Mapping oldest = null;
        Mapping made;
        synchronized (mappings) {
            Mapping known = mappings.get(client);
            if (known != null && !known.inside.isClosed()) {
                known.use();
                return known;
            }
            made = new Mapping(client, dialer.open());
            made.inside.setSoTimeout(IDLE);
            mappings.put(client, made);
            if (mappings.size() > MOST) oldest = removeOldest();
        }
        if (oldest != null) oldest.inside.close();
        Thread.ofVirtual().name("adit-proxy-udp-back").start(() -> carryBack(made));
        return made;
    }

    private Mapping removeOldest() {
        Iterator<Mapping> all = mappings.values().iterator();
        Mapping oldest = all.next();
        all.remove();
        return oldest;
    }

    private void carryBack(Mapping mapping) {
        DatagramPacket packet = new DatagramPacket(new byte[MOST_BYTES], MOST_BYTES);
        try (DatagramSocket inside = mapping.inside) {
            while (true) {
                try {
                    inside.receive(packet);
                    mapping.use();
                    outside.send(
                            new DatagramPacket(
                                    packet.getData(), 0, packet.getLength(), mapping.client));
                    stats.fromTunnel(packet.getLength());
                } catch (PortUnreachableException e) {
                    LOG.log(Level.DEBUG, "{0}: {1}", target, e.getMessage());
                } catch (SocketTimeoutException e) {
                    if (mapping.isIdle()) return;
                }
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "{0}: {1}", target, e.getMessage());
        } finally {
            synchronized (mappings) {
                mappings.remove(mapping.client, mapping);
            }
        }
    }

    /// The port that it receives at.
    public int port() {
        return outside.getLocalPort();
    }

    @Override
    public void close() {
        outside.close();
        synchronized (mappings) {
            mappings.values().forEach(mapping -> mapping.inside.close());
        }
    }

    private static final int MOST = 1024;
    private static final int IDLE = 120_000; // ms
    private static final int MOST_BYTES = 65_535;
    private static final System.Logger LOG = System.getLogger("dev.adit.proxy");
}
