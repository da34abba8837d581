package dev.adit.net.channels;

import java.net.SocketOption;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NetworkChannel;
import java.util.Objects;

/// Checks the options that programs ask channels for. Stateless.
final class ChannelOptions {
    /// Refuses an option that `channel` does not have.
    ///
    /// @throws ClosedChannelException when it is closed
    static void check(NetworkChannel channel, SocketOption<?> option)
            throws ClosedChannelException {
        Objects.requireNonNull(option);
        if (!channel.supportedOptions().contains(option)) {
            throw new UnsupportedOperationException("'" + option + "' not supported");
        }
        if (!channel.isOpen()) throw new ClosedChannelException();
    }

    private ChannelOptions() {}
}
