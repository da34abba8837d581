package dev.adit.device.io;

import java.io.IOException;

/// Makes TUN interfaces. Found with [java.util.ServiceLoader]. Thread-safe.
public interface TunFactory {
    /// Creates an interface, which is down.
    ///
    /// @throws ErrnoException when the system refuses
    Tun create(String name, int mtu) throws IOException;

    /// Adopts an interface that another process made, by its file descriptor.
    Tun adopt(int descriptor) throws IOException;
}
