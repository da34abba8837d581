package dev.adit.net.socket;

import java.util.concurrent.ThreadLocalRandom;

/// Chooses ports for sockets that are bound before they connect. Stateless.
final class EphemeralPorts {
    /// One of the ports that the stack chooses from, too.
    static int any() {
        return ThreadLocalRandom.current().nextInt(FIRST, LAST + 1);
    }

    private static final int FIRST = 32_768;
    private static final int LAST = 60_999;

    private EphemeralPorts() {}
}
