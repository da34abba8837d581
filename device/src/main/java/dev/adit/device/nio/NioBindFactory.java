package dev.adit.device.nio;

import dev.adit.device.io.Bind;
import dev.adit.device.io.BindFactory;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.util.List;

/// Opens datagram channels for IPv4 and IPv6 on one port. Thread-safe.
public final class NioBindFactory implements BindFactory {
    /// Opens both channels, or that for IPv4 alone on a host without IPv6.
    ///
    /// @throws IOException when the port is taken, or `fwmark` is not 0, which a channel cannot
    ///   have
    @Override
    public Bind open(int port, int fwmark) throws IOException {
        if (fwmark != 0) throw new IOException("a firewall mark needs the platform's own sockets");
        for (int attempt = 1; ; attempt++) {
            DatagramChannel v4 = channel(StandardProtocolFamily.INET, "0.0.0.0", port);
            int chosen = ((InetSocketAddress) v4.getLocalAddress()).getPort();
            try {
                DatagramChannel v6 = channel(StandardProtocolFamily.INET6, "::", chosen);
                return new NioBind(chosen, List.of(v4, v6));
            } catch (UnsupportedOperationException noIpv6) {
                return new NioBind(chosen, List.of(v4));
            } catch (BindException taken) {
                v4.close();
                if (port != 0 || attempt == ATTEMPTS) throw taken;
            }
        }
    }

    private static DatagramChannel channel(StandardProtocolFamily family, String any, int port)
            throws IOException {
        DatagramChannel channel = DatagramChannel.open(family);
        try {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER);
            channel.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER);
            channel.bind(new InetSocketAddress(InetAddress.ofLiteral(any), port));
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static final int SOCKET_BUFFER = 4 << 20;

    /// How often a free port for both families is looked for.
    private static final int ATTEMPTS = 100;
}
