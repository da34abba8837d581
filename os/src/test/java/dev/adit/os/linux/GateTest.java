package dev.adit.os.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

class GateTest {
    @Test
    void letsNoOneInOnceClosed() {
        Gate gate = new Gate();
        assertThat(gate.enter()).isTrue();
        assertThat(gate.isClosed()).isFalse();

        assertThat(gate.close()).isTrue();

        assertThat(gate.isClosed()).isTrue();
        assertThat(gate.enter()).isFalse();
        assertThat(gate.close()).as("a second time").isFalse();
    }

    @Test
    void waitsForThoseInside() throws Exception {
        Gate gate = new Gate();
        gate.enter();
        gate.enter();
        CountDownLatch closed = new CountDownLatch(1);
        CompletableFuture<Void> closing =
                Host.async(
                        () -> {
                            gate.close();
                            closed.countDown();
                            gate.awaitEmpty();
                            return null;
                        });
        closed.await();
        assertThat(closing).isNotDone();
        gate.leave();
        assertThat(closing).isNotDone();
        gate.leave();
        closing.get(Host.PATIENCE, TimeUnit.SECONDS);
    }

    @Test
    void keepsAnInterruptForTheCaller() throws Exception {
        Gate gate = new Gate();
        gate.enter();
        CompletableFuture<Boolean> interrupted =
                Host.async(
                        () -> {
                            Thread.currentThread().interrupt();
                            gate.close();
                            gate.awaitEmpty();
                            return Thread.interrupted();
                        });
        assertThat(Host.eventually(gate::isClosed)).isTrue();
        assertThat(interrupted).isNotDone();
        gate.leave();
        assertThat(interrupted.get(Host.PATIENCE, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void neverReleasesWhatIsInUse() throws Exception {
        for (int round = 0; round < 200; round++) {
            Gate gate = new Gate();
            AtomicBoolean released = new AtomicBoolean();
            List<CompletableFuture<Void>> users = new ArrayList<>();
            for (int i = 0; i < 3; i++) users.add(Host.async(() -> use(gate, released)));
            for (int i = 0; i < round; i++) Thread.onSpinWait();
            gate.close();
            gate.awaitEmpty();
            released.set(true);
            for (CompletableFuture<Void> user : users) user.get(Host.PATIENCE, TimeUnit.SECONDS);
        }
    }

    private static Void use(Gate gate, AtomicBoolean released) {
        while (gate.enter()) {
            assertThat(released).isFalse();
            gate.leave();
        }
        return null;
    }
}
