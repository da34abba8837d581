package dev.adit.protocol.crypto;

import dev.adit.ip.port.SecretPages;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.ServiceLoader;

/// Allocates memory for secrets: slots of 32 bytes in a few pages, which are protected by
/// [SecretPages] where available. Thread-safe.
///
/// A slot belongs to an object. Once that is unreachable, the slot is erased and may be reused: so
/// a late reader of an erased secret finds zeros, and never another secret. Code that uses a slot
/// must keep its owner reachable.
public final class SecretSlots {
    private final SecretPages supplier;
    private final ReferenceQueue<Object> abandoned = new ReferenceQueue<>();

    // Guarded by this.
    private final List<MemorySegment> pages = new ArrayList<>();
    private @Nullable Slot[]
            taken = {}; // by number, which keeps the references themselves reachable
    private int[] free = {};
    private int freeCount;

    SecretSlots(SecretPages supplier) {
        this.supplier = supplier;
    }

    /// A slot and its owner.
    private static final class Slot extends PhantomReference<Object> {
        final int number;

        Slot(Object owner, ReferenceQueue<Object> queue, int number) {
            super(owner, queue);
            this.number = number;
        }
    }

    /// Returns [#LENGTH] zeroed bytes that are reserved as long as `owner` is reachable.
    public static MemorySegment of(Object owner) {
        return Shared.SLOTS.take(owner);
    }

    synchronized MemorySegment take(Object owner) {
        reclaim();
        if (freeCount == 0) grow();
        int number = free[--freeCount];
        taken[number] = new Slot(owner, abandoned, number);
        return memory(number);
    }

    /// Erases the slots whose owners are gone.
    private void reclaim() {
        for (Slot slot = next(); slot != null; slot = next()) {
            memory(slot.number).fill((byte) 0);
            taken[slot.number] = null;
            free[freeCount++] = slot.number;
        }
    }

    private Slot next() {
        return (Slot) abandoned.poll();
    }

    private MemorySegment memory(int number) {
        return pages.get(number / SLOTS).asSlice(LENGTH * (number % SLOTS), LENGTH);
    }

    private void grow() {
        pages.add(supplier.allocate(PAGES));
        int before = taken.length;
        taken = Arrays.copyOf(taken, before + SLOTS);
        free = Arrays.copyOf(free, before + SLOTS);
        // Slots are taken from the end of this list, so the first slot comes first.
        for (int i = 1; i <= SLOTS; i++) free[freeCount++] = taken.length - i;
    }

    /// All pages, in use or not: for tests of what is left in them.
    synchronized List<MemorySegment> pages() {
        return List.copyOf(pages);
    }

    /// The slots of this process.
    static SecretSlots shared() {
        return Shared.SLOTS;
    }

    /// Initialised by the first secret.
    private static final class Shared {
        static final SecretSlots SLOTS = new SecretSlots(supplier());

        /// The first supplier that works, else ordinary memory.
        private static SecretPages supplier() {
            if ("plain".equals(System.getProperty("adit.secrets"))) return PLAIN;
            try {
                ClassLoader loader = SecretSlots.class.getClassLoader();
                return ServiceLoader.load(SecretPages.class, loader).findFirst().orElse(PLAIN);
            } catch (VirtualMachineError e) {
                throw e;
            } catch (Throwable e) {
                // Whatever went wrong, secrets need memory, and unprotected memory outside the heap
                // will do.
                return PLAIN;
            }
        }
    }

    /// Bytes of a slot.
    public static final long LENGTH = 32;

    private static final SecretPages PLAIN = bytes -> Arena.global().allocate(bytes, 64);

    /// Bytes allocated at a time: whole pages on every platform.
    static final long PAGES = 1 << 16;

    static final int SLOTS = (int) (PAGES / LENGTH);
}
