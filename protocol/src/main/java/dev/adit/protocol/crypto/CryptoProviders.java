package dev.adit.protocol.crypto;

import dev.adit.protocol.crypto.spi.CryptoAccelerator;
import dev.adit.protocol.crypto.spi.CryptoProvider;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;

/// Chooses the [CryptoProvider] in use. Thread-safe.
///
/// The choice is made once, at the first call of [#provider]: the first provider that
/// [ServiceLoader] finds and that gives the known answers, else the JDK's. The system property
/// `adit.crypto` names one: `jdk`, or `brief` for a program that needs a key or two and ends, or
/// the start of a provider's name, such as `libcrypto`. Unless it names one, a [CryptoAccelerator]
/// that is present is put on top.
public final class CryptoProviders {
    /// The provider in use.
    public static CryptoProvider provider() {
        return Chosen.CHOICE.provider();
    }

    /// One line for each provider that was refused: its name and the reason.
    public static List<String> notes() {
        return Chosen.CHOICE.notes();
    }

    /// Chooses from `candidates`.
    ///
    /// @param wanted the value of the system property, or null
    static Choice choose(
            @Nullable String wanted,
            Iterator<? extends ServiceLoader.Provider<CryptoProvider>> candidates) {
        String prefix = wanted == null ? "" : wanted.strip().toLowerCase(Locale.ROOT);
        List<String> notes = new ArrayList<>();
        if (prefix.equals("jdk")) return new Choice(new JdkCrypto(), List.of());
        if (prefix.equals("brief")) return new Choice(new PureJavaCrypto(), List.of());
        while (notes.size() < MAX_NOTES) {
            CryptoProvider found = next(candidates, prefix, notes);
            if (found == null) break;
            if (found != NONE) return new Choice(found, List.copyOf(notes));
        }
        if (!prefix.isEmpty()) notes.add("adit.crypto=" + wanted + ": no such provider is usable");
        return new Choice(new JdkCrypto(), List.copyOf(notes));
    }

    /// Puts the first of `upgrades` that gives the known answers too on top of the provider chosen.
    static Choice upgrade(
            Choice chosen, Iterator<? extends ServiceLoader.Provider<CryptoAccelerator>> upgrades) {
        List<String> notes = new ArrayList<>(chosen.notes());
        CryptoProvider provider = chosen.provider();
        while (notes.size() < MAX_NOTES) {
            String name = "upgrade";
            try {
                if (!upgrades.hasNext()) break;
                ServiceLoader.Provider<CryptoAccelerator> candidate = upgrades.next();
                name = candidate.type().getSimpleName();
                CryptoProvider better = candidate.get().over(provider);
                KnownAnswers.check(better);
                return new Choice(better, List.copyOf(notes));
            } catch (VirtualMachineError e) {
                throw e;
            } catch (Throwable e) {
                notes.add(name + ": " + reason(e)); // as with a provider
            }
        }
        return new Choice(provider, List.copyOf(notes));
    }

    /// The next candidate that passes, [#NONE] when the next one does not, null when there is none.
    private static @Nullable CryptoProvider next(
            Iterator<? extends ServiceLoader.Provider<CryptoProvider>> candidates,
            String prefix,
            List<String> notes) {
        String name = "provider";
        try {
            if (!candidates.hasNext()) return null;
            ServiceLoader.Provider<CryptoProvider> candidate = candidates.next();
            name = candidate.type().getSimpleName();
            CryptoProvider provider = candidate.get();
            name = provider.name();
            if (!name.toLowerCase(Locale.ROOT).startsWith(prefix)) return NONE;
            KnownAnswers.check(provider);
            return provider;
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Throwable e) {
            // No fault of a provider may keep the tunnel from running.
            notes.add(name + ": " + reason(e));
            return NONE;
        }
    }

    private static String reason(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null && root.getCause() != root) root = root.getCause();
        String message = root.getMessage();
        return message == null ? root.getClass().getSimpleName() : message;
    }

    /// A provider and the reasons why others were passed over.
    record Choice(CryptoProvider provider, List<String> notes) {}

    /// Initialised by the first caller, once.
    private static final class Chosen {
        static final Choice CHOICE = choice();

        private static Choice choice() {
            ClassLoader loader = CryptoProviders.class.getClassLoader();
            String wanted = System.getProperty("adit.crypto");
            Choice chosen =
                    choose(
                            wanted,
                            ServiceLoader.load(CryptoProvider.class, loader).stream().iterator());
            if (wanted != null) return chosen;
            return upgrade(
                    chosen,
                    ServiceLoader.load(CryptoAccelerator.class, loader).stream().iterator());
        }
    }

    private static final CryptoProvider NONE = new JdkCrypto();

    // A broken configuration could make the loader fail endlessly.
    private static final int MAX_NOTES = 16;

    private CryptoProviders() {}
}
