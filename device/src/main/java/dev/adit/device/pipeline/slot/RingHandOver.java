package dev.adit.device.pipeline.slot;

import dev.adit.protocol.session.ThreadCiphers;

import java.nio.channels.ClosedChannelException;

/// Hands slots over through a [Ring], with the reading thread's own ciphers for the work that it
/// does itself.
final class RingHandOver<S extends Slot> implements SlotHandOver<S> {
    private final Ring<S> ring;
    private final ThreadCiphers ciphers = new ThreadCiphers();

    RingHandOver(Ring<S> ring) {
        this.ring = ring;
    }

    @Override
    public S take() throws ClosedChannelException {
        return ring.take(ciphers);
    }

    @Override
    public void giveBack(S slot) {
        ring.giveBack(slot);
    }

    @Override
    public void publish(S slot, boolean worthIt) {
        ring.publish(slot, worthIt, ciphers);
    }

    @Override
    public void carry(S slot) {
        ring.drain();
        slot.number();
        slot.work(ciphers);
        slot.finish();
    }

    @Override
    public void close() {
        ciphers.close();
    }
}
