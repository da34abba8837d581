package dev.adit.tools.keys;

import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PrivateKey;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.random.RandomGenerator;

/// Generates keys from the system's random numbers. Stateless.
public final class FreshKey {
    /// Generates a private key.
    public static PrivateKey privateKey() {
        return PrivateKey.generate(SYSTEM);
    }

    /// Generates a preshared key: any 32 bytes.
    public static PresharedKey presharedKey() {
        return PresharedKey.generate(SYSTEM);
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

    private static final RandomGenerator SYSTEM =
            new RandomGenerator() {
                @Override
                public void nextBytes(byte[] bytes) {
                    fill(bytes);
                }

                @Override
                public long nextLong() {
                    byte[] bytes = new byte[Long.BYTES];
                    fill(bytes);
                    return ByteBuffer.wrap(bytes).getLong();
                }
            };

    private FreshKey() {}
}
