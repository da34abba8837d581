package dev.adit.device.pipeline.send;

import dev.adit.device.pipeline.thread.Clock;
import dev.adit.device.pipeline.thread.PipelineThread;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.ip.port.Tun;
import dev.adit.protocol.tunnel.Peer;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.Arrays;

/// A thread that carries packets from one queue of the TUN to the socket: reads a batch, finds each
/// packet's peer, seals and sends the packets of one peer together.
public final class TunReader extends PipelineThread {
    private final Tun.Reader queue;
    private final Clock clock;
    private final OutboundRouter router;
    private final PeerSender sender;
    private final PacketBatch batch = new PacketBatch(CAPACITY, BYTES);
    private final @Nullable Peer[] peer = new Peer[CAPACITY];
    private final int[] picks = new int[CAPACITY];

    /// @param router finds the packets' peers; closed with this thread
    /// @param sender seals and sends for this thread; closed with it
    public TunReader(
            Owner owner,
            String role,
            Tun.Reader queue,
            Clock clock,
            OutboundRouter router,
            PeerSender sender) {
        super(owner, role);
        this.queue = queue;
        this.clock = clock;
        this.router = router;
        this.sender = sender;
    }

    @Override
    protected void work() throws IOException {
        while (true) {
            queue.read(batch);
            carry(clock.now());
        }
    }

    private void carry(long now) throws ClosedChannelException {
        int size = batch.size();
        int left = 0;
        for (int i = 0; i < size; i++) {
            peer[i] = router.route(now, batch, i);
            if (peer[i] != null) left++;
        }
        boolean full = isFull();
        for (int i = 0; i < size; i++) {
            Peer to = peer[i];
            if (to == null) continue;
            int count = 0;
            for (int j = i; j < size; j++) {
                if (peer[j] != to) continue;
                picks[count++] = j;
                peer[j] = null;
            }
            left -= count;
            sender.send(now, to, batch, picks, count, full || left > 0);
        }
    }

    /// True when the batch is full, so that more packets are likely to wait.
    private boolean isFull() {
        int last = batch.size() - 1;
        return batch.isFull() || BYTES - batch.offset(last) - batch.length(last) < LONGEST;
    }

    @Override
    protected void release() {
        Arrays.fill(peer, null);
        batch.close();
        sender.close();
        router.close();
    }

    private static final int CAPACITY = 128;
    private static final int BYTES = 1 << 18;
    private static final int LONGEST = 1 << 16;
}
