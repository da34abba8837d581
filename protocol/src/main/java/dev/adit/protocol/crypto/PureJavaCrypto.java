package dev.adit.protocol.crypto;

import java.lang.foreign.MemorySegment;

/// A provider for short-lived programs that derive a key or two: setting up the JDK's X25519 or a
/// library takes ten times as long as computing in plain Java. Stateless and thread-safe.
final class PureJavaCrypto extends JdkCrypto {
    @Override
    public String name() {
        return super.name() + " with an X25519 of its own";
    }

    @Override
    public boolean x25519(MemorySegment scalar, MemorySegment point, MemorySegment shared) {
        return PureJavaX25519.multiply(scalar, point, shared);
    }

    @Override
    public void x25519Public(MemorySegment scalar, MemorySegment publicKey) {
        PureJavaX25519.multiply(scalar, BASE, publicKey);
    }

    private static final MemorySegment BASE;

    static {
        byte[] nine = new byte[32];
        nine[0] = 9;
        BASE = MemorySegment.ofArray(nine).asReadOnly();
    }
}
