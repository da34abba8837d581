package dev.adit.device.uapi;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;

/// A descriptor that is kept for the day when there is no other: given up, it is one client's, so
/// that there can be somebody who asks what is the matter. Confined to one thread.
final class ReserveDescriptor {
    private ServerSocketChannel channel; // bound to nothing; null while it is given up

    ReserveDescriptor() {
        renew();
    }

    /// Takes a descriptor, unless there is one or none is free.
    void renew() {
        if (channel != null) return;
        try {
            channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        } catch (IOException noneFree) {
            channel = null;
        }
    }

    /// Gives the descriptor up.
    void giveUp() {
        if (channel == null) return;
        try {
            channel.close();
        } catch (IOException e) {
            // It is free whatever close(2) says.
        }
        channel = null;
    }
}
