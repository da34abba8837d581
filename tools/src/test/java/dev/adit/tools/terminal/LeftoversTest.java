package dev.adit.tools.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;

@Timeout(20)
class LeftoversTest {
    private final List<Throwable> troubles = Collections.synchronizedList(new ArrayList<>());
    private final List<String> closed = Collections.synchronizedList(new ArrayList<>());
    private final Leftovers leftovers = new Leftovers(troubles::add);

    @Test
    void closesTheLastFirst() {
        leftovers.add(() -> closed.add("a"));
        leftovers.add(() -> closed.add("b"));
        assertThat(leftovers.ended()).isFalse();
        leftovers.closeAll();
        assertThat(leftovers.ended()).isTrue();
        assertThat(closed).containsExactly("b", "a");
    }

    @Test
    void closesEachOnce() {
        leftovers.add(() -> closed.add("a"));
        leftovers.closeAll();
        leftovers.closeAll();
        assertThat(closed).containsExactly("a");
    }

    @Test
    void closesTheRestWhenOneFails() {
        IllegalStateException trouble = new IllegalStateException();
        leftovers.add(() -> closed.add("a"));
        leftovers.add(
                () -> {
                    throw trouble;
                });
        leftovers.closeAll();
        assertThat(closed).containsExactly("a");
        assertThat(troubles).containsExactly(trouble);
    }

    @Test
    void closesWhatComesTooLateAtOnce() {
        leftovers.closeAll();
        leftovers.add(() -> closed.add("late"));
        assertThat(closed).containsExactly("late");
    }

    @Test
    void makesASecondCallerWaitForTheFirst() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1), proceed = new CountDownLatch(1);
        leftovers.add(
                () -> {
                    begun.countDown();
                    proceed.await();
                    closed.add("slow");
                });
        Thread first = Thread.ofPlatform().start(leftovers::closeAll);
        begun.await();
        List<String> seen = new ArrayList<>();
        Thread second =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    leftovers.closeAll();
                                    seen.addAll(closed);
                                });
        proceed.countDown();
        first.join();
        second.join();
        assertThat(seen).containsExactly("slow");
    }
}
