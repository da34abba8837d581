package dev.adit.device.pipeline.slot;

import java.nio.channels.ClosedChannelException;

/// Hands over the slots of one reading thread to be worked on, by that thread itself or by others.
/// Confined to the reading thread.
public interface SlotHandOver<S extends Slot> extends AutoCloseable {
    /// Takes a free slot, to be filled and [published][#publish] or [given back][#giveBack].
    ///
    /// @throws ClosedChannelException when the device is being closed
    S take() throws ClosedChannelException;

    /// Gives back a slot that was taken and is not needed.
    void giveBack(S slot);

    /// Has a slot numbered, worked on and finished; it is not the caller's any more.
    ///
    /// @param worthIt true when other threads may do the work, as more packets follow
    void publish(S slot, boolean worthIt);

    /// Numbers, works on and finishes a slot here and now, after all that were published before; it
    /// stays the caller's, to be filled again.
    void carry(S slot);

    /// Frees the memory. Called once the thread has ended, perhaps by another one.
    @Override
    void close();
}
