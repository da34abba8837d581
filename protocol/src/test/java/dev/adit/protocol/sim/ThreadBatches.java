package dev.adit.protocol.sim;

import dev.adit.ip.packet.PacketBatch;
import dev.adit.protocol.session.OpenBatch;
import dev.adit.protocol.session.SealBatch;

/// Batches that all tunnels of a thread use one after the other, so that a test may have thousands.
final class ThreadBatches {
    private final PacketBatch plain = new PacketBatch(1024, 1 << 18);
    private final PacketBatch unstaged = new PacketBatch(128, 1 << 18);
    private final PacketBatch received = new PacketBatch(1, 1 << 17);
    private final PacketBatch message = new PacketBatch(1, 4096);
    private final SealBatch out = new SealBatch(128, 1 << 18);
    private final OpenBatch inbound = new OpenBatch(1);

    /// Those of the calling thread.
    static ThreadBatches mine() {
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

    SealBatch out() {
        return out;
    }

    OpenBatch inbound() {
        return inbound;
    }

    private static final ThreadLocal<ThreadBatches> MINE =
            ThreadLocal.withInitial(ThreadBatches::new);
}
