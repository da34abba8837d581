package dev.adit.libcrypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.adit.protocol.crypto.spi.Aead;
import dev.adit.protocol.crypto.spi.AeadBatch;
import dev.adit.protocol.session.CryptoProviderInfo;

import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

class LibCryptoTest {

    @Test
    void saysItsVersion() {
        assertThat(TestLibCrypto.present().name()).matches("libcrypto 3\\.\\d+\\.\\d+.*");
    }

    @Test
    void isFoundAndChosen() {
        assertThat(CryptoProviderInfo.name()).isEqualTo(TestLibCrypto.present().name());
        assertThat(CryptoProviderInfo.notes()).isEmpty();
    }

    @Test
    void refusesBatchesOnTheHeap() {
        AeadBatch work = new AeadBatch(1);
        work.in = work.out = MemorySegment.ofArray(new byte[64]);
        work.add(0, 0, 16, 0);
        try (Aead aead = TestLibCrypto.present().aead(KEY)) {
            assertThatThrownBy(() -> aead.seal(work)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> aead.open(work)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void sealsAndOpensOnceWhatOthersDoWhateverTheKeyBeforeWas() {
        LibCrypto library = TestLibCrypto.present();
        SplittableRandom random = new SplittableRandom(1);
        // Longer ones than a handshake has, too.
        for (int length = 0; length < 300; length += 7) {
            MemorySegment key = random(random, 32), additional = random(random, length % 64);
            MemorySegment plain = random(random, length), opened = zeros(length);
            MemorySegment sealed = zeros(length + Aead.TAG), expected = zeros(length + Aead.TAG);
            try (Aead aead = library.aead(key)) {
                aead.seal(length, additional, plain, expected);
            }
            library.seal(key, length, additional, plain, sealed);
            assertThat(sealed.mismatch(expected)).isEqualTo(-1);
            assertThat(library.open(key, length, additional, sealed, opened)).isTrue();
            assertThat(opened.mismatch(plain)).isEqualTo(-1);
            sealed.set(JAVA_BYTE, length, (byte) ~sealed.get(JAVA_BYTE, length));
            assertThat(library.open(key, length, additional, sealed, opened)).isFalse();
            assertThat(opened.mismatch(zeros(length))).isEqualTo(-1);
        }
    }

    @Test
    void sealsOnceInManyThreads() throws Exception {
        LibCrypto library = TestLibCrypto.present();
        MemorySegment plain = MemorySegment.ofArray("text".getBytes(UTF_8));
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                MemorySegment key = random(new SplittableRandom(i), 32);
                all.add(threads.submit(() -> sealAndOpenOnce(library, key, plain)));
            }
            for (Future<?> one : all) one.get(10, TimeUnit.SECONDS);
        }
    }

    private static void sealAndOpenOnce(LibCrypto library, MemorySegment key, MemorySegment plain) {
        MemorySegment sealed = zeros((int) plain.byteSize() + Aead.TAG);
        MemorySegment opened = zeros((int) plain.byteSize());
        for (int i = 0; i < 2_000; i++) {
            library.seal(key, i, plain, plain, sealed);
            assertThat(library.open(key, i, plain, sealed, opened)).isTrue();
        }
        assertThat(opened.mismatch(plain)).isEqualTo(-1);
    }

    private static MemorySegment random(SplittableRandom random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return MemorySegment.ofArray(bytes);
    }

    private static MemorySegment zeros(int length) {
        return MemorySegment.ofArray(new byte[length]);
    }

    /// Without the lock this would work on freed memory, now and then.
    @Test
    void closesWhileAnotherThreadSeals() throws Exception {
        LibCrypto library = TestLibCrypto.present();
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
