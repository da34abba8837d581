package dev.adit.device.uapi;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;

/// A reserve file descriptor. When the process runs out of descriptors, it is released so that one
/// client can still connect. Confined to one thread.
final class ReserveDescriptor {
    private @Nullable ServerSocketChannel channel; // bound to nothing; null while it is given up

    ReserveDescriptor() {
        renew();
    }

    /// Takes a descriptor, unless it has one or none is free.
    void renew() {
        if (channel != null) return;
        try {
            channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        } catch (IOException noneFree) {
            channel = null;
        }
    }

    /// Releases the descriptor.
    void giveUp() {
        if (channel == null) return;
        try {
            channel.close();
        } catch (IOException e) {
            // The descriptor is free whatever close(2) returns.
        }
        channel = null;
    }
}
