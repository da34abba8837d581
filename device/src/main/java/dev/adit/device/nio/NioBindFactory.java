package dev.adit.device.nio;

import dev.adit.ip.port.Bind;
import dev.adit.ip.port.BindFactory;
import dev.adit.ip.port.ErrnoException;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;

/// Opens datagram channels. Thread-safe.
public final class NioBindFactory implements BindFactory {
    /// Opens one channel for IPv4 and IPv6, or for IPv4 only on a host without IPv6. The JDK makes
    /// every IPv6 socket one for both, so that a second one for IPv4 could not share its port.
    ///
    /// @throws IOException when the port is taken, or `fwmark` is not 0, which a channel cannot
    ///   have
    @Override
    public Bind open(int port, int fwmark) throws IOException {
        if (fwmark != 0) throw new IOException("a firewall mark needs the platform's own sockets");
        try {
            return new NioBind(channel(StandardProtocolFamily.INET6, "::", port), true);
        } catch (UnsupportedOperationException noIpv6) {
            return new NioBind(channel(StandardProtocolFamily.INET, "0.0.0.0", port), false);
        }
    }

    private static DatagramChannel channel(StandardProtocolFamily family, String any, int port)
            throws IOException {
        DatagramChannel channel = DatagramChannel.open(family);
        try {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER);
            channel.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER);
            channel.bind(new InetSocketAddress(InetAddress.ofLiteral(any), port));
            channel.configureBlocking(false);
            return channel;
        } catch (BindException e) {
            channel.close();
            throw refused(e);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /// The JDK gives the message of an error, not its number.
    private static IOException refused(BindException e) {
        String text = String.valueOf(e.getMessage());
        if (!text.contains("in use")) return e;
        return new ErrnoException("bind", EADDRINUSE, "EADDRINUSE: " + text);
    }

    private static final int SOCKET_BUFFER = 4 << 20;
    private static final int EADDRINUSE = 98;
}
