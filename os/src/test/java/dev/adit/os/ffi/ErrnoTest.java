package dev.adit.os.ffi;

import static org.assertj.core.api.Assertions.assertThat;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;

class ErrnoTest {
    @Test
    void saysSymbolAndMeaning() {
        assertThat(Errno.text(Errno.EADDRINUSE)).isEqualTo("EADDRINUSE: Address already in use");
        assertThat(Errno.text(1)).isEqualTo("EPERM: Operation not permitted");
        assertThat(Errno.text(11)).isEqualTo("EAGAIN: Resource temporarily unavailable");
    }

    @Test
    void saysTheNumberOfWhatItDoesNotKnow() {
        assertThat(Errno.text(0)).isEqualTo("errno 0");
        assertThat(Errno.text(41)).isEqualTo("errno 41");
        assertThat(Errno.text(-1)).isEqualTo("errno -1");
        assertThat(Errno.text(4095)).isEqualTo("errno 4095");
    }

    @Test
    void namesEachConstantAsTheTableDoes() throws IllegalAccessException {
        for (Field field : Errno.class.getFields()) {
            assertThat(Modifier.isStatic(field.getModifiers())).isTrue();
            assertThat(Errno.text(field.getInt(null))).startsWith(field.getName() + ": ");
        }
    }

    @Test
    void speaksAsTheCLibraryDoes() throws Throwable {
        MethodHandle strerror = strerror();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(256);
            for (int errno = 1; errno <= 132; errno++) {
                int failed = (int) strerror.invokeExact(errno, buffer, 256L);
                if (failed != 0) continue; // 41 and 58 are free
                assertThat(Errno.text(errno)).endsWith(": " + buffer.getString(0));
            }
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle strerror() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("__xpg_strerror_r"),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_LONG));
    }
}
