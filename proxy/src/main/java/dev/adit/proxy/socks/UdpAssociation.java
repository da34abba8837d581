package dev.adit.proxy.socks;

import dev.adit.proxy.stream.DatagramDialer;
import dev.adit.proxy.stream.ProxyStats;
import dev.adit.proxy.stream.SocketDuplex;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.util.concurrent.Semaphore;

/// The UDP ports of one SOCKS5 client: one of the host, which the client sends to, and one in the
/// tunnel, the same for all its targets (RFC 1928 §7). It takes datagrams of the client's address
/// alone, and from the first one on of that port alone; it ends with the client's TCP connection.
/// Confined to the thread that runs it and one of its own.
public final class UdpAssociation {
    private final SocketDuplex control;
    private final DatagramDialer dialer;
    private final DatagramSocket outside;
    private final DatagramSocket inside;
    private final ProxyStats stats;
    private volatile @Nullable InetSocketAddress client; // once its port is known

    private UdpAssociation(
            SocketDuplex control,
            DatagramDialer dialer,
            DatagramSocket outside,
            DatagramSocket inside,
            ProxyStats stats) {
        this.control = control;
        this.dialer = dialer;
        this.outside = outside;
        this.inside = inside;
        this.stats = stats;
    }

    /// Opens an association, tells the client its address and serves it until its connection ends.
    public static void run(
            SocketDuplex control,
            Socks5 socks,
            SocksRequest request,
            DatagramDialer dialer,
            ProxyStats stats)
            throws IOException {
        if (!PLACES.tryAcquire()) {
            socks.reply(SocksReply.GENERAL_FAILURE, null, 0);
            return;
        }
        stats.associations(1);
        try (DatagramSocket outside =
                        new DatagramSocket(new InetSocketAddress(control.local().getAddress(), 0));
                DatagramSocket inside = dialer.open()) {
            UdpAssociation association =
                    new UdpAssociation(control, dialer, outside, inside, stats);
            if (request.port() != 0) association.expect(request.port());
            association.serve(socks);
        } finally {
            PLACES.release();
            stats.associations(-1);
        }
    }

    private void expect(int port) {
        client = new InetSocketAddress(control.remote().getAddress(), port);
    }

    private void serve(Socks5 socks) throws IOException {
        DatagramPacket out = new DatagramPacket(new byte[MOST_BYTES], MOST_BYTES);
        start("adit-proxy-udp-out", () -> outside.receive(out), () -> carryOut(out));
        int room = UdpHeader.MOST_BYTES;
        byte[] buffer = new byte[room + MOST_BYTES];
        DatagramPacket in = new DatagramPacket(buffer, room, MOST_BYTES);
        start("adit-proxy-udp-in", () -> inside.receive(in), () -> carryIn(in));
        socks.reply(SocksReply.SUCCEEDED, outside.getLocalAddress(), outside.getLocalPort());
        while (control.input().read() >= 0) {} // nothing is to be said there any more
    }

    /// Something that a socket does.
    private interface Action {
        void run() throws IOException;
    }

    private void start(String name, Action receive, Action carry) {
        Thread.ofVirtual().name(name).start(() -> loop(receive, carry));
    }

    /// Carries datagrams until one of the ports is closed, or broken.
    private void loop(Action receive, Action carry) {
        while (true) {
            try {
                receive.run();
            } catch (PortUnreachableException e) {
                continue; // what some datagram has met
            } catch (IOException e) {
                control.close();
                return;
            }
            try {
                carry.run();
            } catch (IOException e) {
                LOG.log(Level.DEBUG, "a datagram is dropped: {0}", e.getMessage());
            }
        }
    }

    private void carryOut(DatagramPacket packet) throws IOException {
        if (!isOfClient(packet)) return;
        byte[] buffer = packet.getData();
        ByteBuffer datagram = ByteBuffer.wrap(buffer, 0, packet.getLength());
        UdpHeader header = UdpHeader.read(datagram);
        InetAddress to = dialer.resolve(header.host());
        inside.send(
                new DatagramPacket(
                        buffer, datagram.position(), datagram.remaining(), to, header.port()));
        stats.toTunnel(datagram.remaining());
    }

    private boolean isOfClient(DatagramPacket packet) {
        if (!packet.getAddress().equals(control.remote().getAddress())) return false;
        InetSocketAddress known = client;
        if (known != null) return known.getPort() == packet.getPort();
        expect(packet.getPort());
        return true;
    }

    private void carryIn(DatagramPacket packet) throws IOException {
        InetSocketAddress to = client;
        if (to == null) return;
        int room = UdpHeader.MOST_BYTES;
        int header = 6 + packet.getAddress().getAddress().length;
        ByteBuffer datagram = ByteBuffer.wrap(packet.getData());
        datagram.position(room - header);
        UdpHeader.write(datagram, packet.getAddress(), packet.getPort());
        int length = header + packet.getLength();
        outside.send(new DatagramPacket(packet.getData(), room - header, length, to));
        stats.fromTunnel(packet.getLength());
    }

    private static final int MOST_BYTES = 65_535;
    private static final Semaphore PLACES = new Semaphore(1024);
    private static final System.Logger LOG = System.getLogger("dev.adit.proxy");
}
