package dev.adit.device.pipeline.slot;

import java.nio.channels.ClosedChannelException;
import java.util.List;

/// A ring of three slots, which records the order of numbering and that of finishing as the digits
/// of a number.
final class StressRing implements Ring.Crew {
    int numbered;
    int finished;
    private final Ring<StressSlot> ring;

    StressRing() {
        ring =
                new Ring<>(
                        this,
                        List.of(new StressSlot(this), new StressSlot(this), new StressSlot(this)));
    }

    void publish(int content, boolean handOver) {
        try {
            StressSlot slot = ring.take(null);
            slot.fill(content);
            ring.publish(slot, handOver, null);
        } catch (ClosedChannelException e) {
            throw new IllegalStateException(e);
        }
    }

    void advance() {
        ring.advance(null);
    }

    /// Does all that is left to do.
    void advanceToTheEnd() {
        while (ring.advance(null)) Thread.onSpinWait();
    }

    @Override
    public void wake() {}

    @Override
    public void close() {
        ring.close();
    }
}
