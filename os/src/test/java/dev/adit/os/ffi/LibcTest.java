package dev.adit.os.ffi;

import static org.assertj.core.api.Assertions.assertThat;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;

class LibcTest {
    @Test
    void reportsWhyACallFailed() {
        Libc libc = Libc.current();

        assertThat(libc.close(-1)).isEqualTo(-1);
        assertThat(libc.errno()).isEqualTo(Errno.EBADF);
        assertThat(libc.socket(12345, SockOpt.SOCK_DGRAM, 0)).isEqualTo(-1);
        assertThat(libc.errno()).isEqualTo(Errno.EAFNOSUPPORT);
    }

    @Test
    void keepsTheErrorOfEachThreadApart() {
        Libc libc = Libc.current();
        libc.close(-1);

        int other =
                CompletableFuture.supplyAsync(
                                () -> {
                                    Libc.current().socket(12345, SockOpt.SOCK_DGRAM, 0);
                                    return Libc.current().errno();
                                })
                        .join();

        assertThat(other).isEqualTo(Errno.EAFNOSUPPORT);
        assertThat(libc.errno()).isEqualTo(Errno.EBADF);
        assertThat(Libc.current()).isSameAs(libc);
    }

    @Test
    void readsWhatItWrote() {
        Libc libc = Libc.current();
        int fd = libc.eventfd(3, Libc.NONBLOCK | Libc.CLOEXEC);
        assertThat(fd).isNotNegative();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment number = arena.allocateFrom(JAVA_LONG, 39);
            assertThat(libc.write(fd, number.address(), 8)).isEqualTo(8);
            number.set(JAVA_LONG, 0, 0);
            assertThat(libc.read(fd, number.address(), 8)).isEqualTo(8);
            assertThat(number.get(JAVA_LONG, 0)).isEqualTo(42);
            assertThat(libc.read(fd, number.address(), 8)).isEqualTo(-1);
            assertThat(libc.errno()).isEqualTo(Errno.EAGAIN);
        } finally {
            assertThat(libc.close(fd)).isZero();
        }
    }

    @Test
    void pollsUntilThereIsAnEventOrTheTimeIsOver() {
        Libc libc = Libc.current();
        int fd = libc.eventfd(0, Libc.NONBLOCK | Libc.CLOEXEC);
        try (Arena arena = Arena.ofConfined()) {
            PollFds poll = new PollFds(arena, 1);
            poll.set(0, fd, PollFds.POLLIN);
            assertThat(poll.await(1)).isFalse();
            assertThat(poll.events(0)).isZero();

            libc.write(fd, arena.allocateFrom(JAVA_LONG, 1).address(), 8);

            assertThat(poll.await(-1)).isTrue();
            assertThat(poll.events(0)).isEqualTo(PollFds.POLLIN);
        } finally {
            libc.close(fd);
        }
    }
}
