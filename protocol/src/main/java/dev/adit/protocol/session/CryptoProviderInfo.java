package dev.adit.protocol.session;

import dev.adit.protocol.crypto.CryptoProviders;

import java.util.List;

/// Tells administrators which crypto provider is in use, and why others are not. Stateless.
public final class CryptoProviderInfo {
    /// The provider's name and version: `libcrypto 3.0.15`.
    public static String name() {
        return CryptoProviders.provider().name();
    }

    /// One line for each provider that was found but is not used: its name and the reason.
    public static List<String> notes() {
        return CryptoProviders.notes();
    }

    private CryptoProviderInfo() {}
}
