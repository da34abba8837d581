package dev.adit.protocol.crypto;

import dev.adit.protocol.crypto.spi.Aead;
import dev.adit.protocol.crypto.spi.AeadBatch;

import org.jspecify.annotations.Nullable;

import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.io.Serial;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Objects;

import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.IvParameterSpec;

/// ChaCha20-Poly1305 by the JDK's cipher. Confined to one thread at a time.
///
/// The cipher is fastest on arrays, so packets pass through one, in place. It has to be initialised
/// for every packet and allocates each time; that is the price of the JDK's interface. Its copies
/// of the key are erased by the next initialisation, the last ones by [#close].
final class JdkAead implements Aead {
    private final HeldKey key;
    private final byte[] nonce = new byte[12];
    private @Nullable Cipher sealer;
    private @Nullable Cipher opener;
    private long lastSealed;
    private byte[] packet = new byte[2048];
    private boolean closed;

    /// @param fixedPart the first four bytes of every nonce, in memory order; zero in WireGuard
    JdkAead(MemorySegment key, int fixedPart) {
        this.key = new HeldKey(key);
        MemorySegment.ofArray(nonce).set(BE32, 0, fixedPart);
    }

    @Override
    public void seal(AeadBatch work) {
        for (int i = work.first; i < work.count; i++) {
            int length = work.length[i];
            load(work.in, work.inOffset[i], length);
            finishSeal(startSeal(work.counter[i]), length);
            store(work.out, work.outOffset[i], length + TAG);
        }
    }

    @Override
    public void open(AeadBatch work) {
        for (int i = work.first; i < work.count; i++) {
            int length = work.length[i];
            work.length[i] = AeadBatch.REFUSED;
            if (length < TAG) continue;
            load(work.in, work.inOffset[i], length);
            if (!finishOpen(startOpen(work.counter[i]), length)) continue;
            store(work.out, work.outOffset[i], length - TAG);
            work.length[i] = length - TAG;
        }
    }

    @Override
    public void seal(
            long counter, MemorySegment additional, MemorySegment plain, MemorySegment sealed) {
        int length = Math.toIntExact(plain.byteSize());
        load(plain, 0, length);
        Cipher cipher = startSeal(counter);
        cipher.updateAAD(additional.toArray(ValueLayout.JAVA_BYTE));
        finishSeal(cipher, length);
        store(sealed, 0, length + TAG);
    }

    @Override
    public boolean open(
            long counter, MemorySegment additional, MemorySegment sealed, MemorySegment plain) {
        int length = Math.toIntExact(sealed.byteSize());
        if (length >= TAG) {
            load(sealed, 0, length);
            Cipher cipher = startOpen(counter);
            cipher.updateAAD(additional.toArray(ValueLayout.JAVA_BYTE));
            if (finishOpen(cipher, length)) {
                store(plain, 0, length - TAG);
                return true;
            }
        }
        plain.fill((byte) 0);
        return false;
    }

    @Override
    public void adopt(Aead other) {
        JdkAead from = (JdkAead) other;
        if (closed || from.closed) throw new IllegalStateException("AEAD is closed");
        key.copy(from.key);
        rekey();
    }

    @Override
    public void close() {
        if (closed) return;
        key.erase();
        rekey();
        closed = true;
        Arrays.fill(packet, (byte) 0);
    }

    /// Erases the ciphers' copies of the previous key: a cipher replaces its copy when it is
    /// initialised.
    private void rekey() {
        if (sealer != null) startSeal(~lastSealed);
        if (opener != null) startOpen(0);
    }

    private void load(MemorySegment from, long offset, int length) {
        Objects.checkFromIndexSize(offset, length, from.byteSize());
        if (packet.length < length + TAG) packet = new byte[length + TAG];
        MemorySegment.copy(from, ValueLayout.JAVA_BYTE, offset, packet, 0, length);
    }

    private void store(MemorySegment to, long offset, int length) {
        MemorySegment.copy(packet, 0, to, ValueLayout.JAVA_BYTE, offset, length);
    }

    private Cipher startSeal(long counter) {
        Cipher cipher = sealer;
        if (cipher == null) sealer = cipher = newCipher();
        // A cipher refuses to encrypt twice in a row with the same nonce, but judging that is up to
        // the owner of the counter: another nonce in between makes the cipher forget it.
        else if (counter == lastSealed) start(cipher, Cipher.ENCRYPT_MODE, ~counter);
        start(cipher, Cipher.ENCRYPT_MODE, counter);
        lastSealed = counter;
        return cipher;
    }

    private Cipher startOpen(long counter) {
        Cipher cipher = opener;
        if (cipher == null) opener = cipher = newCipher();
        start(cipher, Cipher.DECRYPT_MODE, counter);
        return cipher;
    }

    private void start(Cipher cipher, int mode, long counter) {
        if (closed) throw new IllegalStateException("AEAD is closed");
        MemorySegment.ofArray(nonce).set(LE64, 4, counter);
        try {
            cipher.init(mode, key, new IvParameterSpec(nonce));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("ChaCha20-Poly1305 of the JDK", e);
        }
    }

    private void finishSeal(Cipher cipher, int length) {
        try {
            cipher.doFinal(packet, 0, length, packet, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("ChaCha20-Poly1305 of the JDK", e);
        }
    }

    private boolean finishOpen(Cipher cipher, int length) {
        try {
            cipher.doFinal(packet, 0, length, packet, 0);
            return true;
        } catch (AEADBadTagException wrongTag) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("ChaCha20-Poly1305 of the JDK", e);
        }
    }

    private static Cipher newCipher() {
        try {
            return Cipher.getInstance("ChaCha20-Poly1305");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("ChaCha20-Poly1305 of the JDK", e);
        }
    }

    /// A key outside the heap; the caller of `getEncoded` erases the copy, as the JDK's cipher
    /// does.
    private static final class HeldKey implements SecretKey {
        @Serial private static final long serialVersionUID = 0;
        private final transient MemorySegment bytes = SecretSlots.of(this);

        HeldKey(MemorySegment source) {
            MemorySegment.copy(source, 0, bytes, 0, LENGTH);
        }

        void copy(HeldKey other) {
            MemorySegment.copy(other.bytes, 0, bytes, 0, LENGTH);
        }

        void erase() {
            bytes.fill((byte) 0);
        }

        @Override
        public String getAlgorithm() {
            return "ChaCha20";
        }

        @Override
        public String getFormat() {
            return "RAW";
        }

        @Override
        public byte[] getEncoded() {
            return bytes.toArray(ValueLayout.JAVA_BYTE);
        }

        @Serial
        private void writeObject(ObjectOutputStream out) throws NotSerializableException {
            throw new NotSerializableException("a secret");
        }

        private static final int LENGTH = (int) SecretSlots.LENGTH;
    }

    private static final ValueLayout.OfInt BE32 =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LE64 =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
}
