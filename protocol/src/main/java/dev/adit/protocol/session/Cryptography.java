package dev.adit.protocol.session;

import dev.adit.protocol.crypto.Crypto;

import java.util.List;

/// Which supplier of the primitives is in use, for administrators. Stateless.
public final class Cryptography {
    /// Its name and version: `libcrypto 3.0.15`.
    public static String name() {
        return Crypto.provider().name();
    }

    /// One line for each supplier that was found but is not used: its name and the reason.
    public static List<String> notes() {
        return Crypto.notes();
    }

    private Cryptography() {}
}
