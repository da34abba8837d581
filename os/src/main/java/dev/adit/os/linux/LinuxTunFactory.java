package dev.adit.os.linux;

import dev.adit.ip.port.Tun;
import dev.adit.ip.port.TunFactory;

import java.io.IOException;
import java.util.List;

/// Creates TUN interfaces with `/dev/net/tun`. Thread-safe.
public final class LinuxTunFactory implements TunFactory {
    /// @throws IllegalStateException on another system than Linux
    public LinuxTunFactory() {
        Platform.requireLinux();
    }

    /// Creates an interface, which is down, or attaches to an unattached persistent TUN interface.
    /// A `%d` in the name becomes the first free number.
    @Override
    public Tun create(String name, int mtu, int queues) throws IOException {
        List<TunDescriptor> tuns = TunDescriptor.create(name, mtu, queues);
        try {
            return new LinuxTun(tuns);
        } catch (Throwable thrown) {
            tuns.forEach(TunDescriptor::close);
            throw thrown;
        }
    }

    /// Adopts a descriptor that has an interface attached, made with `IFF_NO_PI`. The descriptor
    /// belongs to the TUN from now on, unless this fails.
    @Override
    public Tun adopt(int descriptor) throws IOException {
        return new LinuxTun(List.of(TunDescriptor.adopt(descriptor)));
    }
}
