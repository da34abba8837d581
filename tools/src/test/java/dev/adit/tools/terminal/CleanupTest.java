package dev.adit.tools.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;

@Timeout(20)
class CleanupTest {
    private final List<Throwable> troubles = Collections.synchronizedList(new ArrayList<>());
    private final List<String> closed = Collections.synchronizedList(new ArrayList<>());
    private final Cleanup cleanup = new Cleanup(troubles::add);

    @Test
    void closesTheLastFirst() {
        cleanup.add(() -> closed.add("a"));
        cleanup.add(() -> closed.add("b"));
        assertThat(cleanup.ended()).isFalse();
        cleanup.closeAll();
        assertThat(cleanup.ended()).isTrue();
        assertThat(closed).containsExactly("b", "a");
    }

    @Test
    void closesEachOnce() {
        cleanup.add(() -> closed.add("a"));
        cleanup.closeAll();
        cleanup.closeAll();
        assertThat(closed).containsExactly("a");
    }

    @Test
    void closesTheRestWhenOneFails() {
        IllegalStateException trouble = new IllegalStateException();
        cleanup.add(() -> closed.add("a"));
        cleanup.add(
                () -> {
                    throw trouble;
                });
        cleanup.closeAll();
        assertThat(closed).containsExactly("a");
        assertThat(troubles).containsExactly(trouble);
    }

    @Test
    void closesWhatComesTooLateAtOnce() {
        cleanup.closeAll();
        cleanup.add(() -> closed.add("late"));
        assertThat(closed).containsExactly("late");
    }

    @Test
    void makesASecondCallerWaitForTheFirst() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1), proceed = new CountDownLatch(1);
        cleanup.add(
                () -> {
                    begun.countDown();
                    proceed.await();
                    closed.add("slow");
                });
        Thread first = Thread.ofPlatform().start(cleanup::closeAll);
        begun.await();
        List<String> seen = new ArrayList<>();
        Thread second =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    cleanup.closeAll();
                                    seen.addAll(closed);
                                });
        proceed.countDown();
        first.join();
        second.join();
        assertThat(seen).containsExactly("slow");
    }
}
