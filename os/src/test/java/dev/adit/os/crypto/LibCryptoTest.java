package dev.adit.os.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.protocol.crypto.spi.Aead;
import dev.adit.protocol.crypto.spi.AeadBatch;
import dev.adit.protocol.session.Cryptography;

import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

class LibCryptoTest {

    @Test
    void saysItsVersion() {
        assertThat(Library.present().name()).matches("libcrypto 3\\.\\d+\\.\\d+.*");
    }

    @Test
    void isFoundAndChosen() {
        assertThat(Cryptography.name()).isEqualTo(Library.present().name());
        assertThat(Cryptography.notes()).isEmpty();
    }

    @Test
    void refusesBatchesOnTheHeap() {
        AeadBatch work = new AeadBatch(1);
        work.in = work.out = MemorySegment.ofArray(new byte[64]);
        work.add(0, 0, 16, 0);
        try (Aead aead = Library.present().aead(KEY)) {
            assertThatThrownBy(() -> aead.seal(work)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> aead.open(work)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    /// Without the lock this would work on freed memory, now and then.
    @Test
    void closesWhileAnotherThreadSeals() throws Exception {
        LibCrypto library = Library.present();
        try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
            for (int i = 0; i < 200; i++) {
                Aead aead = library.aead(KEY);
                CountDownLatch sealing = new CountDownLatch(1);
                Future<?> sealer = threads.submit(() -> sealUntilClosed(aead, sealing));
                assertThat(sealing.await(10, TimeUnit.SECONDS)).isTrue();
                Future<?> once = threads.submit(aead::close);
                Future<?> again = threads.submit(aead::close);
                once.get(10, TimeUnit.SECONDS);
                again.get(10, TimeUnit.SECONDS);
                sealer.get(10, TimeUnit.SECONDS);
            }
        }
    }

    private static void sealUntilClosed(Aead aead, CountDownLatch sealing) {
        AeadBatch work = new AeadBatch(32);
        work.in = work.out = Arena.ofAuto().allocate(32 * 128);
        for (int i = 0; i < 32; i++) work.add(128 * i, 128 * i, 64, i);
        try {
            while (true) {
                aead.seal(work);
                sealing.countDown();
            }
        } catch (IllegalStateException closed) {
            assertThat(closed).hasMessage("AEAD is closed");
        }
    }

    private static final MemorySegment KEY = MemorySegment.ofArray(new byte[32]);
}
