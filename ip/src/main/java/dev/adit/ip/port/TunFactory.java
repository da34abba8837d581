package dev.adit.ip.port;

import java.io.IOException;

/// Makes TUN interfaces. Found with [java.util.ServiceLoader]. Thread-safe.
public interface TunFactory {
    /// Creates an interface with one queue, which is down.
    ///
    /// @throws ErrnoException when the system refuses
    default Tun create(String name, int mtu) throws IOException {
        return create(name, mtu, 1);
    }

    /// Creates an interface, which is down, with up to so many queues, each for a reader of its
    /// own.
    ///
    /// @throws ErrnoException when the system refuses
    Tun create(String name, int mtu, int queues) throws IOException;

    /// Adopts an interface that another process made, by its file descriptor.
    Tun adopt(int descriptor) throws IOException;
}
