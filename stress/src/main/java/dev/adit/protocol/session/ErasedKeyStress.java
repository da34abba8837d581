package dev.adit.protocol.session;

import dev.adit.protocol.crypto.CryptoProviders;
import dev.adit.protocol.crypto.spi.Aead;
import dev.adit.protocol.crypto.spi.AeadBatch;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A key is erased while another thread seals with it, through ciphers of its own that have
/// borrowed it: a packet is sealed under the key, or not at all, and never under what is left of an
/// erased one.
@JCStressTest
@Outcome(
        id = {"1, 0", "0, 0"},
        expect = Expect.ACCEPTABLE,
        desc = "sealed before, or refused")
@Outcome(expect = Expect.FORBIDDEN, desc = "sealed under another key, or after the end")
@State
public class ErasedKeyStress {
    private final TransportKey key = new TransportKey(Worker.aead());

    @Actor
    public void seals(II_Result r) {
        r.r1 = WORKERS.get().seal(key);
    }

    @Actor
    public void erases(II_Result r) {
        key.close();
        r.r2 = WORKERS.get().seal(key);
    }

    /// What a thread seals with: ciphers of its own, a packet, and the tag that it has under the
    /// right key.
    private static final class Worker {
        private final ThreadCiphers ciphers = new ThreadCiphers();
        private final AeadBatch work = new AeadBatch(1);
        private final MemorySegment expected = Arena.ofAuto().allocate(Aead.TAG);

        Worker() {
            work.in = Arena.ofAuto().allocate(1);
            work.out = Arena.ofAuto().allocate(Aead.TAG);
            work.add(0, 0, 0, 0);
            try (Aead right = aead()) {
                right.seal(work);
            }
            expected.copyFrom(work.out);
        }

        /// 0 when refused, 1 when sealed under the right key, 2 under another one.
        int seal(TransportKey key) {
            work.out.fill((byte) 0);
            if (!key.seal(work, ciphers)) return 0;
            return work.out.mismatch(expected) == -1 ? 1 : 2;
        }

        static Aead aead() {
            return CryptoProviders.provider()
                    .aead(MemorySegment.ofArray(new byte[32]).fill((byte) 0x42));
        }
    }

    private static final ThreadLocal<Worker> WORKERS = ThreadLocal.withInitial(Worker::new);
}
