package dev.adit.protocol.crypto;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;

/// What lies in the slots for secrets of this program.
public final class SlotContents {
    /// All that is not zero, each by its 32 bytes.
    public static Set<ByteBuffer> now() {
        return of(SecretSlots.shared());
    }

    static Set<ByteBuffer> of(SecretSlots slots) {
        Set<ByteBuffer> contents = new HashSet<>();
        for (MemorySegment page : slots.pages()) {
            for (long at = 0; at < page.byteSize(); at += SecretSlots.LENGTH) {
                MemorySegment slot = page.asSlice(at, SecretSlots.LENGTH);
                contents.add(ByteBuffer.wrap(slot.toArray(ValueLayout.JAVA_BYTE)));
            }
        }
        contents.remove(ByteBuffer.allocate((int) SecretSlots.LENGTH));
        return contents;
    }

    private SlotContents() {}
}
