package dev.adit.vector;

import dev.adit.protocol.crypto.spi.CryptoProvider;

import org.jspecify.annotations.Nullable;

import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Warms up a [WideCipher], until the virtual machine has compiled it and it is faster than another
/// provider. It works on packets and a key of its own, so that no real packet runs through
/// interpreted vector code: that is slow, and leaves its vectors on the heap.
final class WarmUp {
    private final Supplier<? extends WideCipher> supplier;
    private final CryptoProvider base;
    private final long patience;

    /// @param supplier makes the cipher, or throws with the reason why it cannot be used
    /// @param patience nanoseconds after which the warm-up is given up
    WarmUp(Supplier<? extends WideCipher> supplier, CryptoProvider base, long patience) {
        this.supplier = supplier;
        this.base = base;
        this.patience = patience;
    }

    /// Returns the cipher, ready for use, or null when it cannot be used or does not get faster.
    @Nullable TimedWideCipher run() {
        try {
            WideCipher cipher = supplier.get();
            SelfTest.check(cipher);
            Costs costs = warm(cipher);
            if (costs == null) return notUsed("it is not faster here");
            LOG.log(Level.DEBUG, "Packets are sealed and opened " + cipher.width() + " at a time");
            return new TimedWideCipher(cipher, costs);
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Throwable e) {
            // Whatever went wrong, the other provider goes on.
            return notUsed(e.getMessage());
        }
    }

    private static @Nullable TimedWideCipher notUsed(@Nullable String reason) {
        LOG.log(Level.DEBUG, "Vector cipher not used: " + reason);
        return null;
    }

    /// Works until the cipher is worth using in two measurements in a row, and returns its costs;
    /// null when time is up.
    private @Nullable Costs warm(WideCipher cipher) {
        long start = System.nanoTime();
        try (WarmUpRun run = new WarmUpRun(cipher, base)) {
            boolean before = false;
            while (System.nanoTime() - start < patience) {
                run.work();
                boolean now = run.isWorthIt();
                if (now && before) return run.costs();
                before = now;
            }
        }
        return null;
    }

    /// Maximum duration of a warm-up: on a busy machine it takes a few seconds.
    static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);

    private static final System.Logger LOG = System.getLogger("adit.vector");
}
