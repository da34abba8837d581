package dev.adit.os.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

class UseCountTest {
    @Test
    void letsNoOneInOnceClosed() {
        UseCount uses = new UseCount();
        assertThat(uses.enter()).isTrue();
        assertThat(uses.isClosed()).isFalse();

        assertThat(uses.close()).isTrue();

        assertThat(uses.isClosed()).isTrue();
        assertThat(uses.enter()).isFalse();
        assertThat(uses.close()).as("a second time").isFalse();
    }

    @Test
    void waitsForThoseInside() throws Exception {
        UseCount uses = new UseCount();
        uses.enter();
        uses.enter();
        CountDownLatch closed = new CountDownLatch(1);
        CompletableFuture<Void> closing =
                Host.async(
                        () -> {
                            uses.close();
                            closed.countDown();
                            uses.awaitEmpty();
                            return null;
                        });
        closed.await();
        assertThat(closing).isNotDone();
        uses.leave();
        assertThat(closing).isNotDone();
        uses.leave();
        closing.get(Host.PATIENCE, TimeUnit.SECONDS);
    }

    @Test
    void keepsAnInterruptForTheCaller() throws Exception {
        UseCount uses = new UseCount();
        uses.enter();
        CompletableFuture<Boolean> interrupted =
                Host.async(
                        () -> {
                            Thread.currentThread().interrupt();
                            uses.close();
                            uses.awaitEmpty();
                            return Thread.interrupted();
                        });
        assertThat(Host.eventually(uses::isClosed)).isTrue();
        assertThat(interrupted).isNotDone();
        uses.leave();
        assertThat(interrupted.get(Host.PATIENCE, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void neverReleasesWhatIsInUse() throws Exception {
        for (int round = 0; round < 200; round++) {
            UseCount uses = new UseCount();
            AtomicBoolean released = new AtomicBoolean();
            List<CompletableFuture<Void>> users = new ArrayList<>();
            for (int i = 0; i < 3; i++) users.add(Host.async(() -> use(uses, released)));
            for (int i = 0; i < round; i++) Thread.onSpinWait();
            uses.close();
            uses.awaitEmpty();
            released.set(true);
            for (CompletableFuture<Void> user : users) user.get(Host.PATIENCE, TimeUnit.SECONDS);
        }
    }

    private static Void use(UseCount uses, AtomicBoolean released) {
        while (uses.enter()) {
            assertThat(released).isFalse();
            uses.leave();
        }
        return null;
    }
}
