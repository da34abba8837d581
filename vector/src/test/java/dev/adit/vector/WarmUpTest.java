package dev.adit.vector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.protocol.crypto.JdkCrypto;
import dev.adit.protocol.crypto.spi.AeadBatch;
import dev.adit.protocol.crypto.spi.CryptoProvider;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;

@Timeout(120)
class WarmUpTest {
    private final CryptoProvider base = new JdkCrypto();

    @Test
    void givesUpACipherThatIsNotFaster() {
        assertThat(warm(new OneByOne(base))).isNull();
    }

    @Test
    void takesNoCipherThatSealsWrongly() {
        assertThat(warm(new Wrong(base))).isNull();
    }

    @Test
    void doesWithoutACipherThatCannotBeMade() {
        WarmUp warmUp =
                new WarmUp(
                        () -> {
                            throw new NoClassDefFoundError("jdk/incubator/vector/IntVector");
                        },
                        base,
                        PATIENCE);
        assertThat(warmUp.run()).isNull();
    }

    private TimedWideCipher warm(WideCipher cipher) {
        return new WarmUp(() -> cipher, base, PATIENCE).run();
    }

    /// Seals under another key.
    private static final class Wrong implements WideCipher {
        private final OneByOne right;

        Wrong(CryptoProvider provider) {
            right = new OneByOne(provider);
        }

        @Override
        public int width() {
            return right.width();
        }

        @Override
        public Worker worker() {
            Worker worker = right.worker();
            return new Worker() {
                @Override
                public void seal(MemorySegment key, AeadBatch work, int from, int to) {
                    worker.seal(MemorySegment.ofArray(new byte[32]), work, from, to);
                }

                @Override
                public void open(MemorySegment key, AeadBatch work, int from, int to) {
                    worker.open(key, work, from, to);
                }
            };
        }
    }

    private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(500);
}
