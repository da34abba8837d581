package dev.adit.device.pipeline.slot;

import dev.adit.protocol.session.ThreadCiphers;

/// A slot whose content is in plain fields: what one thread writes there, the next one sees only if
/// the ring hands it over properly.
final class StressSlot extends Slot {
    private final StressRing ring;
    private int packet;
    private int worked;

    StressSlot(StressRing ring) {
        this.ring = ring;
    }

    void fill(int content) {
        packet = content;
        worked = 0;
    }

    @Override
    protected void number() {
        ring.numbered = 10 * ring.numbered + packet; // under the ring's monitor
    }

    @Override
    protected void work(ThreadCiphers ciphers) {
        worked += packet;
    }

    /// One thread at a time finishes: plain fields of the ring are enough.
    @Override
    protected void finish() {
        ring.finished = 10 * ring.finished + worked;
    }

    @Override
    protected int bytes() {
        return 1;
    }

    @Override
    public void close() {}
}
