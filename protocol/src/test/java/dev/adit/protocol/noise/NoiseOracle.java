package dev.adit.protocol.noise;

import dev.adit.protocol.BouncyCastle;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The Noise protocol Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s, to compare [Handshake] with.
///
/// Independent of it in three ways. It transcribes the Noise Protocol Framework (revision 34: the
/// objects of §5, the tokens of §7 and §9), where [Handshake] follows the formulas of the WireGuard
/// paper: a CipherState with a counter, a handshake that interprets its pattern token by token, a
/// message as the concatenation of what the tokens append. Its primitives are Bouncy Castle's. And
/// it uses no class of the main sources.
///
/// No Noise library on Maven Central could take this place: those there are follow a draft of Noise
/// with the prefix "NoisePSK_" and do not know the modifier psk2.
final class NoiseOracle {
    private final boolean initiator;
    private final List<List<Token>> pattern = List.of(FIRST_MESSAGE, SECOND_MESSAGE);
    private int message;

    private final SymmetricState symmetric = new SymmetricState(PROTOCOL_NAME);
    private final byte[] s, e, psk; // the private keys, and the preshared one
    private byte[] rs, re; // the public keys of the other side, null until known

    /// Initialize(handshake_pattern, initiator, prologue, s, e, rs, re) of §5.3.
    ///
    /// @param s our static private key
    /// @param e the ephemeral private key to use, in place of GENERATE_KEYPAIR()
    /// @param rs the responder's static public key, which the initiator knows; else null
    NoiseOracle(boolean initiator, byte[] prologue, byte[] s, byte[] e, byte[] rs, byte[] psk) {
        this.initiator = initiator;
        this.s = s;
        this.e = e;
        this.rs = rs;
        this.psk = psk;
        symmetric.mixHash(prologue);
        // The pre-message "<- s".
        symmetric.mixHash(initiator ? rs : publicKey(s));
    }

    /// WriteMessage(payload, message_buffer) of §5.3.
    byte[] write(byte[] payload) {
        ByteArrayOutputStream buffer = new ByteArrayOutputStream();
        for (Token token : pattern.get(message++)) {
            switch (token) {
                case E -> {
                    byte[] point = publicKey(e);
                    buffer.writeBytes(point);
                    mixEphemeral(point);
                }
                case S -> buffer.writeBytes(symmetric.encryptAndHash(publicKey(s)));
                default -> mix(token);
            }
        }
        buffer.writeBytes(symmetric.encryptAndHash(payload));
        return buffer.toByteArray();
    }

    /// ReadMessage(message, payload_buffer) of §5.3; empty where it signals an error.
    Optional<byte[]> read(byte[] bytes) {
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        for (Token token : pattern.get(message++)) {
            switch (token) {
                case E -> {
                    re = take(rest, DHLEN);
                    mixEphemeral(re);
                }
                case S -> {
                    byte[] sealed = take(rest, symmetric.hasKey() ? DHLEN + 16 : DHLEN);
                    Optional<byte[]> opened = symmetric.decryptAndHash(sealed);
                    if (opened.isEmpty()) return opened;
                    rs = opened.get();
                }
                default -> mix(token);
            }
        }
        return symmetric.decryptAndHash(take(rest, rest.remaining()));
    }

    /// §9.2: in a handshake with a preshared key, "e" calls MixKey besides.
    private void mixEphemeral(byte[] publicKey) {
        symmetric.mixHash(publicKey);
        symmetric.mixKey(publicKey);
    }

    private void mix(Token token) {
        switch (token) {
            case EE -> symmetric.mixKey(BouncyCastle.x25519(e, re));
            case ES -> symmetric.mixKey(initiator ? dh(e, rs) : dh(s, re));
            case SE -> symmetric.mixKey(initiator ? dh(s, re) : dh(e, rs));
            case SS -> symmetric.mixKey(dh(s, rs));
            case PSK -> symmetric.mixKeyAndHash(psk);
            default -> throw new IllegalArgumentException(token.name());
        }
    }

    /// Split() of §5.2: the keys of what the initiator sends, and of what the responder sends.
    byte[][] split() {
        return BouncyCastle.hkdf(symmetric.ck, EMPTY, 2);
    }

    /// The static public key of the other side, once it is known.
    byte[] remoteStatic() {
        return rs;
    }

    private static byte[] dh(byte[] privateKey, byte[] publicKey) {
        return BouncyCastle.x25519(privateKey, publicKey);
    }

    private static byte[] publicKey(byte[] privateKey) {
        return BouncyCastle.x25519Public(privateKey);
    }

    private static byte[] take(ByteBuffer from, int length) {
        byte[] bytes = new byte[length];
        from.get(bytes);
        return bytes;
    }

    /// §5.1.
    private static final class CipherState {
        private byte[] k; // null is "empty"
        private long n;

        void initializeKey(byte[] key) {
            k = key;
            n = 0;
        }

        byte[] encryptWithAd(byte[] ad, byte[] plaintext) {
            return k == null ? plaintext : BouncyCastle.seal(k, nonce(n++), ad, plaintext);
        }

        Optional<byte[]> decryptWithAd(byte[] ad, byte[] ciphertext) {
            if (k == null) return Optional.of(ciphertext);
            Optional<byte[]> plaintext = BouncyCastle.open(k, nonce(n), ad, ciphertext);
            if (plaintext.isPresent()) n++;
            return plaintext;
        }

        /// §12.3: 32 bits of zeros, then the little-endian encoding of n.
        private static byte[] nonce(long n) {
            return ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN).putLong(4, n).array();
        }
    }

    /// §5.2.
    private static final class SymmetricState {
        private final CipherState cipher = new CipherState();
        private byte[] ck, h;

        /// A name no longer than a hash is padded with zeros; this one is longer, so it is hashed.
        SymmetricState(String protocolName) {
            byte[] name = protocolName.getBytes(StandardCharsets.US_ASCII);
            h = name.length <= HASHLEN ? Arrays.copyOf(name, HASHLEN) : hash(name);
            ck = h;
        }

        void mixKey(byte[] inputKeyMaterial) {
            byte[][] derived = BouncyCastle.hkdf(ck, inputKeyMaterial, 2);
            ck = derived[0];
            cipher.initializeKey(derived[1]);
        }

        void mixHash(byte[] data) {
            h = hash(h, data);
        }

        void mixKeyAndHash(byte[] inputKeyMaterial) {
            byte[][] derived = BouncyCastle.hkdf(ck, inputKeyMaterial, 3);
            ck = derived[0];
            mixHash(derived[1]);
            cipher.initializeKey(derived[2]);
        }

        boolean hasKey() {
            return cipher.k != null;
        }

        byte[] encryptAndHash(byte[] plaintext) {
            byte[] ciphertext = cipher.encryptWithAd(h, plaintext);
            mixHash(ciphertext);
            return ciphertext;
        }

        Optional<byte[]> decryptAndHash(byte[] ciphertext) {
            Optional<byte[]> plaintext = cipher.decryptWithAd(h, ciphertext);
            mixHash(ciphertext);
            return plaintext;
        }

        private static byte[] hash(byte[]... parts) {
            return BouncyCastle.blake2s(HASHLEN, EMPTY, parts);
        }
    }

    private enum Token {
        E,
        S,
        EE,
        ES,
        SE,
        SS,
        PSK
    }

    private static final String PROTOCOL_NAME = "Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s";

    // The pattern IK of §7.5 with the modifier psk2 of §9.4.
    private static final List<Token> FIRST_MESSAGE = List.of(Token.E, Token.ES, Token.S, Token.SS);
    private static final List<Token> SECOND_MESSAGE =
            List.of(Token.E, Token.EE, Token.SE, Token.PSK);

    private static final int DHLEN = 32;
    private static final int HASHLEN = 32;
    private static final byte[] EMPTY = {};
}
