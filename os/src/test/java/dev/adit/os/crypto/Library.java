package dev.adit.os.crypto;

import org.opentest4j.TestAbortedException;

/// The libcrypto of the machine that the tests run on.
final class Library {

    /// The provider. Skips the test that asks where there is no library.
    static LibCrypto present() {
        try {
            return new LibCrypto();
        } catch (IllegalStateException | LinkageError absent) {
            throw new TestAbortedException("no libcrypto of version 3", absent);
        }
    }

    private Library() {}
}
