package dev.adit.protocol.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

class SecretSlotsTest {
    private final SecretSlots slots = new SecretSlots(bytes -> Arena.global().allocate(bytes, 64));

    @Test
    void givesZerosOutsideTheHeap() {
        Object owner = new Object();
        MemorySegment slot = slots.take(owner);
        assertThat(slot.isNative()).isTrue();
        assertThat(slot.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(new byte[32]);
        Reference.reachabilityFence(owner);
    }

    @Test
    void givesNoSlotTwiceWhileItsOwnerLives() throws Exception {
        int owners = 2 * SecretSlots.SLOTS;
        try (ExecutorService some = Executors.newFixedThreadPool(4)) {
            List<Callable<List<Held>>> all = new ArrayList<>();
            for (int i = 0; i < 4; i++) all.add(() -> take(owners / 4));
            Set<Long> addresses = new HashSet<>();
            List<Held> held = new ArrayList<>();
            for (var some4 : some.invokeAll(all)) held.addAll(some4.get());
            held.forEach(each -> addresses.add(each.slot.address()));
            assertThat(addresses).hasSize(owners);
            assertThat(slots.pages()).hasSize(2);
            Reference.reachabilityFence(held);
        }
    }

    @Test
    void erasesAndReusesTheSlotsOfOwnersThatAreGone() {
        MemorySegment page = abandonAll();
        assertThat(SlotContents.of(slots)).hasSize(1);
        Held fresh = null;
        // The collector decides when, so it is asked until it has done it.
        for (int i = 0; i < 1000 && slots.pages().size() == 1 && !isBlank(page); i++) {
            System.gc();
            fresh = new Held();
        }
        assertThat(slots.pages()).hasSize(1);
        assertThat(isBlank(page)).isTrue();
        Reference.reachabilityFence(fresh);
    }

    private static boolean isBlank(MemorySegment page) {
        return page.mismatch(MemorySegment.ofArray(new byte[(int) page.byteSize()])) == -1;
    }

    /// Fills all slots but a few with a secret, and forgets who owns them.
    private MemorySegment abandonAll() {
        List<Held> held = take(SecretSlots.SLOTS - 1001);
        held.forEach(each -> each.slot.fill((byte) 1));
        return slots.pages().getFirst();
    }

    private List<Held> take(int count) {
        List<Held> held = new ArrayList<>();
        for (int i = 0; i < count; i++) held.add(new Held());
        return held;
    }

    private final class Held {
        final MemorySegment slot = slots.take(this);
    }
}
