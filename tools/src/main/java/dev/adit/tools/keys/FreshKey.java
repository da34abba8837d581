package dev.adit.tools.keys;

import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PrivateKey;
import dev.adit.protocol.keys.SecretKey;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.security.SecureRandom;
import java.util.Arrays;

/// Generates keys from the system's random numbers. Stateless.
public final class FreshKey {
    /// Generates a private key.
    public static PrivateKey privateKey() {
        byte[] bytes = new byte[SecretKey.LENGTH];
        try {
            fill(bytes);
            return new PrivateKey(MemorySegment.ofArray(bytes));
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /// Generates a preshared key: any 32 bytes.
    public static PresharedKey presharedKey() {
        byte[] bytes = new byte[SecretKey.LENGTH];
        try {
            fill(bytes);
            return new PresharedKey(MemorySegment.ofArray(bytes));
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /// Reads the same source as [SecureRandom], which takes longer to set up than a whole command
    /// should.
    private static void fill(byte[] bytes) {
        try (InputStream source = new FileInputStream("/dev/urandom")) {
            if (source.readNBytes(bytes, 0, bytes.length) == bytes.length) return;
        } catch (IOException e) {
            // The system, or a sandbox, lacks that file.
        }
        new SecureRandom().nextBytes(bytes);
    }

    private FreshKey() {}
}
