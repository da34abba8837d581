package dev.adit.protocol.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.protocol.crypto.spi.Aead;
import dev.adit.protocol.crypto.spi.CryptoAccelerator;
import dev.adit.protocol.crypto.spi.CryptoProvider;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader.Provider;
import java.util.function.Supplier;

class CryptoProvidersTest {

    @Test
    void choosesOnceAndAlways() {
        assertThat(CryptoProviders.provider()).isNotNull().isSameAs(CryptoProviders.provider());
        assertThat(CryptoProviders.notes()).isSameAs(CryptoProviders.notes());
        KnownAnswers.check(CryptoProviders.provider());
    }

    @Test
    void takesTheFirstThatPasses() {
        Fake good = new Fake("good 1.0");
        CryptoProviders.Choice choice = choose(null, () -> good, () -> new Fake("other 2.0"));
        assertThat(choice.provider()).isSameAs(good);
        assertThat(choice.notes()).isEmpty();
    }

    @Test
    void fallsBackToTheJdk() {
        CryptoProviders.Choice choice = choose(null);
        assertThat(choice.provider()).isInstanceOf(JdkCrypto.class);
        assertThat(choice.notes()).isEmpty();
    }

    @Test
    void notesWhyAProviderWasRefused() {
        CryptoProviders.Choice choice =
                choose(null, () -> new Fake("lying 3.1").lyingAboutX25519());
        assertThat(choice.provider()).isInstanceOf(JdkCrypto.class);
        assertThat(choice.notes()).containsExactly("lying 3.1: wrong answer: X25519");
    }

    @Test
    void survivesEverythingThatLoadingCanThrow() {
        Fake good = new Fake("good 1.0");
        CryptoProviders.Choice choice =
                choose(
                        null,
                        thrower(new UnsatisfiedLinkError("no libx")),
                        thrower(new IllegalCallerException("native access denied")),
                        thrower(
                                new ServiceConfigurationError(
                                        "could not be instantiated",
                                        new IllegalStateException("libx.so is too old"))),
                        thrower(new AssertionError()),
                        () -> good);
        assertThat(choice.provider()).isSameAs(good);
        assertThat(choice.notes())
                .containsExactly(
                        "Fake: no libx",
                        "Fake: native access denied",
                        "Fake: libx.so is too old",
                        "Fake: AssertionError");
    }

    @Test
    void survivesALoaderThatFailsWithoutEnd() {
        Iterator<Provider<CryptoProvider>> broken =
                new Iterator<>() {
                    @Override
                    public boolean hasNext() {
                        throw new ServiceConfigurationError("broken");
                    }

                    @Override
                    public Provider<CryptoProvider> next() {
                        throw new NoSuchElementException();
                    }
                };
        CryptoProviders.Choice choice = CryptoProviders.choose(null, broken);
        assertThat(choice.provider()).isInstanceOf(JdkCrypto.class);
        assertThat(choice.notes()).contains("provider: broken");
    }

    @Test
    void takesTheOneThatIsNamed() {
        Fake wanted = new Fake("libX 3.0");
        CryptoProviders.Choice choice = choose("LIBx", () -> new Fake("other 1.0"), () -> wanted);
        assertThat(choice.provider()).isSameAs(wanted);
        assertThat(choice.notes()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdk", " JDK "})
    void takesTheJdkWhenNamedWithoutAskingOthers(String wanted) {
        CryptoProviders.Choice choice = choose(wanted, thrower(new AssertionError("was asked")));
        assertThat(choice.provider()).isInstanceOf(JdkCrypto.class);
        assertThat(choice.notes()).isEmpty();
    }

    @Test
    void takesTheBriefOneWhenNamedWithoutAskingOthers() {
        CryptoProviders.Choice choice = choose("brief", thrower(new AssertionError("was asked")));
        assertThat(choice.provider()).isInstanceOf(PureJavaCrypto.class);
        assertThat(choice.notes()).isEmpty();
    }

    @Test
    void saysWhenTheNamedOneIsNotThere() {
        CryptoProviders.Choice choice = choose("libx", () -> new Fake("other 1.0"));
        assertThat(choice.provider()).isInstanceOf(JdkCrypto.class);
        assertThat(choice.notes()).containsExactly("adit.crypto=libx: no such provider is usable");
    }

    @Test
    void putsAnUpgradeBeforeWhatItChose() {
        CryptoProviders.Choice chosen = choose(null, () -> new Fake("base 1.0"));
        Fake better = new Fake("better 1.0");
        CryptoProviders.Choice choice =
                upgrade(
                        chosen,
                        base -> {
                            assertThat(base).isSameAs(chosen.provider());
                            return better;
                        });
        assertThat(choice.provider()).isSameAs(better);
        assertThat(choice.notes()).isEmpty();
    }

    @Test
    void doesWithoutAnUpgradeThatLiesOrThrows() {
        CryptoProviders.Choice chosen = choose(null, () -> new Fake("base 1.0"));
        CryptoProviders.Choice choice =
                upgrade(
                        chosen,
                        base -> new Fake("lying").with(LyingAead.Lie.SEAL_BATCH),
                        base -> {
                            throw new NoClassDefFoundError("jdk/incubator/vector/IntVector");
                        });
        assertThat(choice.provider()).isSameAs(chosen.provider());
        assertThat(choice.notes())
                .containsExactly(
                        "CryptoAccelerator: wrong answer: seal a batch",
                        "CryptoAccelerator: jdk/incubator/vector/IntVector");
    }

    private static CryptoProviders.Choice upgrade(
            CryptoProviders.Choice chosen, CryptoAccelerator... upgrades) {
        List<Provider<CryptoAccelerator>> all = new ArrayList<>();
        for (CryptoAccelerator upgrade : upgrades) {
            all.add(
                    new Provider<>() {
                        @Override
                        public Class<? extends CryptoAccelerator> type() {
                            return CryptoAccelerator.class;
                        }

                        @Override
                        public CryptoAccelerator get() {
                            return upgrade;
                        }
                    });
        }
        return CryptoProviders.upgrade(chosen, all.iterator());
    }

    @Test
    void everyKnownAnswerIsAsked() {
        assertRefused(new Fake("x").lyingAboutX25519(), "X25519");
        assertRefused(new Fake("x").takingSmallOrder(), "X25519 with a point of small order");
        assertRefused(new Fake("x").lyingAboutPublicKeys(), "X25519 with the base point");
        assertRefused(new Fake("x").with(LyingAead.Lie.SEAL), "seal");
        assertRefused(new Fake("x").with(LyingAead.Lie.OPEN), "open");
        assertRefused(new Fake("x").with(LyingAead.Lie.TAG), "open with a wrong tag");
        assertRefused(new Fake("x").with(LyingAead.Lie.SEAL_BATCH), "seal a batch");
        assertRefused(new Fake("x").with(LyingAead.Lie.OPEN_BATCH), "open a batch");
        assertRefused(new Fake("x").with(LyingAead.Lie.BATCH_TAG), "open a batch");
    }

    private static void assertRefused(CryptoProvider provider, String answer) {
        assertThatThrownBy(() -> KnownAnswers.check(provider))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("wrong answer: " + answer);
    }

    @SafeVarargs
    private static CryptoProviders.Choice choose(
            String wanted, Supplier<CryptoProvider>... candidates) {
        List<Candidate> all = new ArrayList<>();
        for (Supplier<CryptoProvider> candidate : candidates) all.add(new Candidate(candidate));
        return CryptoProviders.choose(wanted, all.iterator());
    }

    private static Supplier<CryptoProvider> thrower(Error error) {
        return () -> {
            throw error;
        };
    }

    private static Supplier<CryptoProvider> thrower(RuntimeException exception) {
        return () -> {
            throw exception;
        };
    }

    private record Candidate(Supplier<CryptoProvider> maker) implements Provider<CryptoProvider> {
        @Override
        public Class<? extends CryptoProvider> type() {
            return Fake.class;
        }

        @Override
        public CryptoProvider get() {
            return maker.get();
        }
    }

    /// The JDK's provider under another name, which may lie.
    private static final class Fake implements CryptoProvider {
        private final JdkCrypto real = new JdkCrypto();
        private final String name;
        private boolean wrongProduct;
        private boolean wrongPublicKey;
        private boolean smallOrder;
        private LyingAead.Lie lie;

        Fake(String name) {
            this.name = name;
        }

        Fake lyingAboutX25519() {
            wrongProduct = true;
            return this;
        }

        Fake lyingAboutPublicKeys() {
            wrongPublicKey = true;
            return this;
        }

        Fake takingSmallOrder() {
            smallOrder = true;
            return this;
        }

        Fake with(LyingAead.Lie lie) {
            this.lie = lie;
            return this;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Aead aead(MemorySegment key) {
            return lie == null ? real.aead(key) : new LyingAead(real.aead(key), lie);
        }

        @Override
        public boolean x25519(MemorySegment scalar, MemorySegment point, MemorySegment shared) {
            boolean usable = real.x25519(scalar, point, shared);
            if (wrongProduct) shared.set(ValueLayout.JAVA_BYTE, 0, (byte) 0);
            return usable || smallOrder;
        }

        @Override
        public void x25519Public(MemorySegment scalar, MemorySegment publicKey) {
            real.x25519Public(scalar, publicKey);
            if (wrongPublicKey) publicKey.fill((byte) 0);
        }
    }
}
