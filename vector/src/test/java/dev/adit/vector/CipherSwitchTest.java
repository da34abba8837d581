package dev.adit.vector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.protocol.crypto.JdkCrypto;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

@Timeout(60)
class CipherSwitchTest {
    private final AtomicInteger warmUps = new AtomicInteger();
    private final TimedWideCipher wide =
            new TimedWideCipher(new OneByOne(new JdkCrypto()), new Costs(new Costs.Line(1, 0)));

    @Test
    void takesOverOnceItIsWarm() throws Exception {
        CountDownLatch warm = new CountDownLatch(1);
        CipherSwitch takeover =
                new CipherSwitch(
                        () -> {
                            awaitUninterrupted(warm);
                            return warmUp();
                        });
        assertThat(takeover.wide()).isNull();
        takeover.begin();
        takeover.begin(); // does nothing
        assertThat(takeover.wide()).isNull();
        warm.countDown();
        assertThat(await(takeover)).isSameAs(wide);
        assertThat(warmUps).hasValue(1);
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void isNotWarmedUpAgainWhenItCannotBeUsed() {
        CipherSwitch takeover =
                new CipherSwitch(
                        () -> {
                            warmUps.incrementAndGet();
                            return null;
                        });
        for (int i = 0; i < 100_000; i++) takeover.begin();
        while (warmUps.get() == 0) Thread.onSpinWait();
        for (int i = 0; i < 100_000; i++) takeover.begin();
        assertThat(warmUps).hasValue(1);
        assertThat(takeover.wide()).isNull();
    }

    @Test
    void survivesAWarmUpWithoutMemory() {
        CipherSwitch takeover =
                new CipherSwitch(
                        () -> {
                            warmUps.incrementAndGet();
                            throw new OutOfMemoryError("for a test");
                        });
        takeover.begin();
        while (warmUps.get() == 0) Thread.onSpinWait();
        assertThat(takeover.wide()).isNull();
    }

    @Test
    void endsAfterSlowCallsInARowAndBeginsAgain() {
        CipherSwitch takeover = new CipherSwitch(this::warmUp);
        takeover.begin();
        await(takeover);
        for (int i = 0; i < 100; i++) {
            takeover.watch(LONG);
            takeover.watch(LONG);
            takeover.watch(SHORT);
        }
        assertThat(takeover.wide()).isSameAs(wide);
        assertThat(warmUps).hasValue(1);
        slow(takeover);
        assertThat(await(takeover)).isSameAs(wide);
        assertThat(warmUps).hasValue(2);
    }

    @Test
    void givesUpWhatIsSlowAgainAndAgain() {
        CipherSwitch takeover = new CipherSwitch(this::warmUp);
        takeover.begin();
        for (int i = 1; i <= 3; i++) {
            while (warmUps.get() < i || takeover.wide() == null) takeover.begin();
            slow(takeover);
        }
        for (int i = 0; i < 100_000; i++) slow(takeover);
        assertThat(takeover.wide()).isNull();
        assertThat(warmUps).hasValue(3);
    }

    private static void slow(CipherSwitch takeover) {
        for (int i = 0; i < 3; i++) takeover.watch(LONG);
    }

    private TimedWideCipher warmUp() {
        warmUps.incrementAndGet();
        return wide;
    }

    private static TimedWideCipher await(CipherSwitch takeover) {
        while (takeover.wide() == null) Thread.onSpinWait();
        return takeover.wide();
    }

    // Nanoseconds of a call.
    private static final long SHORT = 5_000;
    private static final long LONG = 10_000_000;
}
