package dev.adit.device.pipeline.slot;

import java.util.function.Consumer;

/// Does all the work on a slot in the thread that filled it: one slot, filled again and again.
public final class InlineHandOver<S extends Slot> implements SlotHandOver<S> {
    private final S slot;
    private final Consumer<S> release;

    /// @param release given the slot when it is not needed any more
    public InlineHandOver(S slot, Consumer<S> release) {
        this.slot = slot;
        this.release = release;
    }

    @Override
    public S take() {
        return slot;
    }

    @Override
    public void giveBack(S taken) {}

    @Override
    public void publish(S full, boolean worthIt) {
        carry(full);
    }

    @Override
    public void carry(S full) {
        full.number();
        full.work(null);
        full.finish();
    }

    @Override
    public void close() {
        release.accept(slot);
    }
}
