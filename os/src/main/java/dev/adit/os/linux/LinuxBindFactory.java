package dev.adit.os.linux;

import dev.adit.ip.port.Bind;
import dev.adit.ip.port.BindFactory;
import dev.adit.ip.port.ClientSocket;
import dev.adit.ip.port.ErrnoException;
import dev.adit.ip.port.Offload;
import dev.adit.os.ffi.Errno;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.Set;

/// Opens non-blocking UDP sockets for both families. Thread-safe.
public final class LinuxBindFactory implements BindFactory {
    /// @throws IllegalStateException on another system than Linux
    public LinuxBindFactory() {
        Platform.requireLinux();
    }

    @Override
    public Bind open(int port, int fwmark) throws IOException {
        if (port < 0 || port > 65535) throw new IllegalArgumentException("port " + port);
        for (int attempt = 1; ; attempt++) {
            try {
                return openBoth(port, fwmark);
            } catch (ErrnoException e) {
                boolean elsewhere = port == 0 && e.errno() == Errno.EADDRINUSE;
                if (!elsewhere || attempt == ATTEMPTS) throw e;
            }
        }
    }

    @Override
    public ClientSocket connect(boolean stream, InetSocketAddress to, int fwmark, int millis)
            throws IOException {
        return MarkedSocket.connect(stream, to, fwmark, millis);
    }

    private static Bind openBoth(int port, int fwmark) throws ErrnoException {
        LinuxUdpSocket v4 = null;
        LinuxUdpSocket v6 = null;
        try {
            v4 = openIfSupported(false, port, fwmark);
            v6 = openIfSupported(true, v4 == null ? port : v4.port(), fwmark);
            if (v4 == null && v6 == null) throw ErrnoExceptions.of("socket", Errno.EAFNOSUPPORT);
            LinuxBind bind = new LinuxBind(v4, v6, fwmark);
            bind.followRoutes();
            return bind;
        } catch (Throwable thrown) {
            if (v4 != null) v4.close();
            if (v6 != null) v6.close();
            throw thrown;
        }
    }

    /// Opens a socket; null on a host without this family.
    private static @Nullable LinuxUdpSocket openIfSupported(boolean v6, int port, int fwmark)
            throws ErrnoException {
        try {
            Set<Offload> offered = EnumSet.noneOf(Offload.class);
            offered.addAll(Offloads.allowed());
            offered.removeAll(UdpSelfTest.broken());
            LinuxUdpSocket socket = LinuxUdpSocket.open(v6, port, fwmark);
            socket.offerOffloads(offered);
            return socket;
        } catch (ErrnoException e) {
            if (e.errno() == Errno.EAFNOSUPPORT) return null;
            throw e;
        }
    }

    /// The number of times that a port free for IPv4 may turn out to be taken for IPv6.
    private static final int ATTEMPTS = 100;
}
