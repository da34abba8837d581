package dev.adit.protocol;

import static dev.adit.testing.Segments.hex;
import static dev.adit.testing.Segments.nativeCopy;
import static dev.adit.testing.Segments.of;
import static dev.adit.testing.Segments.zeros;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import dev.adit.protocol.crypto.spi.CryptoProvider;
import dev.adit.testing.Property;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import javax.crypto.KeyAgreement;

/// X25519 as every [CryptoProvider] has to compute it: the examples of RFC 7748, the published
/// vectors, and what `javax.crypto` says of random inputs.
public abstract class X25519Contract {

    /// The provider under test.
    protected abstract CryptoProvider provider();

    @Test
    void multipliesTheExamplesOfTheRfc() {
        assertProduct(
                "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
                "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
                "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552");
        assertProduct(
                "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
                "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
                "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957");
    }

    /// RFC 7748 §6.1.
    @Test
    void agreesOnTheSharedSecretOfTheRfc() {
        String alice = "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a";
        String bob = "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb";
        String alicePublic = "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a";
        String bobPublic = "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f";
        String shared = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742";
        assertThat(publicKey(of(alice))).isEqualTo(alicePublic);
        assertThat(publicKey(nativeCopy(of(bob)))).isEqualTo(bobPublic);
        assertProduct(alice, bobPublic, shared);
        assertProduct(bob, alicePublic, shared);
    }

    /// RFC 7748 §5.2, the iterated example.
    @Test
    void multipliesAThousandTimes() {
        MemorySegment k = zeros(32);
        k.set(ValueLayout.JAVA_BYTE, 0, (byte) 9);
        MemorySegment u = zeros(32).copyFrom(k);
        for (int i = 1; i <= 1_000; i++) {
            MemorySegment product = zeros(32);
            assertThat(provider().x25519(k, u, product)).isTrue();
            u.copyFrom(k);
            k.copyFrom(product);
            if (i == 1) {
                assertThat(hex(k))
                        .isEqualTo(
                                "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079");
            }
        }
        assertThat(hex(k))
                .isEqualTo("684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000000000000000000000000000000000000000000000000000000000000000",
                "0000000000000000000000000000000000000000000000000000000000000080",
                "0100000000000000000000000000000000000000000000000000000000000000",
                "0100000000000000000000000000000000000000000000000000000000000080",
                "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
                "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f11d7",
                "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
                "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b880",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
            })
    void refusesPointsOfSmallOrder(String point) {
        MemorySegment shared = zeros(32).fill((byte) 0x55);
        assertThat(provider().x25519(of("11".repeat(32)), of(point), shared)).isFalse();
        assertThat(hex(shared)).isEqualTo("00".repeat(32));
    }

    @Test
    void leavesScalarAndPointAsTheyWere() {
        MemorySegment scalar = of("ff".repeat(32));
        MemorySegment point = of("fe".repeat(32));
        provider().x25519(scalar, point, zeros(32));
        provider().x25519Public(scalar, zeros(32));
        assertThat(hex(scalar)).isEqualTo("ff".repeat(32));
        assertThat(hex(point)).isEqualTo("fe".repeat(32));
    }

    @Test
    void multipliesThePublishedVectors() throws IOException {
        int run = 0;
        for (JsonNode group : Vectors.json("wycheproof/x25519_test.json").get("testGroups")) {
            for (JsonNode test : group.get("tests")) {
                MemorySegment shared = zeros(32).fill((byte) 0x55);
                String expected = test.get("shared").asText();
                boolean usable =
                        provider()
                                .x25519(
                                        of(test.get("private").asText()),
                                        of(test.get("public").asText()),
                                        shared);
                assertThat(hex(shared)).as("tcId " + test.get("tcId")).isEqualTo(expected);
                assertThat(usable)
                        .as("tcId " + test.get("tcId"))
                        .isEqualTo(!expected.equals("00".repeat(32)));
                run++;
            }
        }
        assertThat(run).isEqualTo(518);
    }

    @Test
    void multipliesAsTheJdkDoes() {
        Property.check(
                100,
                random -> {
                    byte[] bytes = new byte[64];
                    random.nextBytes(bytes);
                    return bytes;
                },
                bytes -> {
                    byte[] scalar = Arrays.copyOf(bytes, 32);
                    byte[] point = Arrays.copyOfRange(bytes, 32, 64);
                    MemorySegment shared = Arena.ofAuto().allocate(32);
                    MemorySegment k = nativeCopy(MemorySegment.ofArray(scalar));
                    MemorySegment u = MemorySegment.ofArray(point);
                    assertThat(provider().x25519(k, u, shared)).isTrue();
                    assertThat(shared.toArray(ValueLayout.JAVA_BYTE))
                            .isEqualTo(jdkProduct(scalar, point));
                });
    }

    @Test
    void servesManyThreads() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Callable<String>> same = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                same.add(() -> publicKey(of("43".repeat(32))));
            }
            String expected = same.getFirst().call();
            for (Future<String> result : threads.invokeAll(same)) {
                assertThat(result.get()).isEqualTo(expected);
            }
        }
    }

    private void assertProduct(String scalar, String point, String product) {
        MemorySegment shared = Arena.ofAuto().allocate(32);
        assertThat(provider().x25519(of(scalar), nativeCopy(of(point)), shared)).isTrue();
        assertThat(hex(shared)).isEqualTo(product);
    }

    private String publicKey(MemorySegment scalar) {
        MemorySegment publicKey = zeros(32);
        provider().x25519Public(scalar, publicKey);
        return hex(publicKey);
    }

    /// `scalar` × `point` by the JDK's own keys.
    private static byte[] jdkProduct(byte[] scalar, byte[] point) throws GeneralSecurityException {
        byte[] bigEndian = new byte[32];
        for (int i = 0; i < 32; i++) bigEndian[31 - i] = point[i];
        bigEndian[0] &= 0x7f;
        KeyFactory keys = KeyFactory.getInstance("X25519");
        NamedParameterSpec curve = NamedParameterSpec.X25519;
        PrivateKey k = keys.generatePrivate(new XECPrivateKeySpec(curve, scalar));
        PublicKey u =
                keys.generatePublic(new XECPublicKeySpec(curve, new BigInteger(1, bigEndian)));
        KeyAgreement agreement = KeyAgreement.getInstance("X25519");
        agreement.init(k);
        agreement.doPhase(u, true);
        return agreement.generateSecret();
    }
}
