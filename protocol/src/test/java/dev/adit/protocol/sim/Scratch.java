package dev.adit.protocol.sim;

import dev.adit.protocol.packet.PacketBatch;
import dev.adit.protocol.session.Inbound;
import dev.adit.protocol.session.Outbound;

/// Batches that all tunnels of a thread use one after the other, so that a test may have thousands.
final class Scratch {
    private final PacketBatch plain = new PacketBatch(1024, 1 << 18);
    private final PacketBatch unstaged = new PacketBatch(128, 1 << 18);
    private final PacketBatch received = new PacketBatch(1, 1 << 17);
    private final PacketBatch message = new PacketBatch(1, 4096);
    private final Outbound out = new Outbound(128, 1 << 18);
    private final Inbound inbound = new Inbound(1);

    /// Those of the calling thread.
    static Scratch mine() {
        return MINE.get();
    }

    PacketBatch plain() {
        return plain;
    }

    PacketBatch unstaged() {
        return unstaged;
    }

    PacketBatch received() {
        return received;
    }

    PacketBatch message() {
        return message;
    }

    Outbound out() {
        return out;
    }

    Inbound inbound() {
        return inbound;
    }

    private static final ThreadLocal<Scratch> MINE = ThreadLocal.withInitial(Scratch::new);
}
