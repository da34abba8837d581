package dev.adit.tools.daemon;

import dev.adit.device.config.Parallelism;

import java.util.Map;
import java.util.function.Consumer;

/// The number of crypto threads that the environment asks for. Stateless.
final class CryptoThreads {
    /// Reads `ADIT_CRYPTO_THREADS`, or its earlier name `ADIT_LANES`; none where neither is set or
    /// the value is invalid.
    ///
    /// @param cores how many there are, for `auto`
    /// @param warn told of an invalid value
    static Parallelism of(Map<String, String> environment, int cores, Consumer<String> warn) {
        String variable = environment.containsKey(NAME) ? NAME : EARLIER_NAME;
        try {
            return Parallelism.parse(environment.getOrDefault(variable, ""), cores);
        } catch (IllegalArgumentException e) {
            warn.accept(variable + " is " + e.getMessage());
            return Parallelism.of(0);
        }
    }

    private static final String NAME = "ADIT_CRYPTO_THREADS";
    private static final String EARLIER_NAME = "ADIT_LANES";

    private CryptoThreads() {}
}
