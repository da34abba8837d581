package dev.adit.tools.daemon;

import java.io.IOException;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.util.Map;

/// The descriptors that the parent process opened for this program. Immutable.
///
/// @param tun the descriptor of an interface, or -1
/// @param uapi true when there is a listening socket
record InheritedDescriptors(int tun, boolean uapi) {
    /// Reads `WG_TUN_FD` and `WG_UAPI_FD`.
    ///
    /// @throws IOException when `WG_TUN_FD` is not a descriptor
    static InheritedDescriptors of(Map<String, String> environment) throws IOException {
        String tun = environment.getOrDefault("WG_TUN_FD", "");
        String uapi = environment.getOrDefault("WG_UAPI_FD", "");
        return new InheritedDescriptors(tun.isEmpty() ? -1 : descriptor(tun), !uapi.isEmpty());
    }

    private static int descriptor(String text) throws IOException {
        try {
            int number = Integer.parseInt(text);
            if (number >= 0) return number;
        } catch (NumberFormatException e) {
            // Treated like a negative one.
        }
        throw new IOException("WG_TUN_FD is not a descriptor: " + text);
    }

    /// The listening socket, which the launcher passes as standard input, because the JDK cannot
    /// take it from any other descriptor.
    ServerSocketChannel listeningSocket() throws IOException {
        Channel channel = System.inheritedChannel();
        if (channel instanceof ServerSocketChannel listening) return listening;
        throw new IOException("WG_UAPI_FD is not a listening socket from 0 to 9");
    }
}
