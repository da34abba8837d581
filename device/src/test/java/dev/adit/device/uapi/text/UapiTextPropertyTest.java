package dev.adit.device.uapi.text;

import static org.assertj.core.api.Assertions.assertThat;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.adit.device.config.ConfigException;
import dev.adit.device.config.DeviceConfiguration;
import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.PeerConfiguration;
import dev.adit.device.config.PeerUpdate;
import dev.adit.device.config.RandomConfig;
import dev.adit.device.config.file.ConfFile;
import dev.adit.device.config.file.ConfFile.Mode;
import dev.adit.device.resolve.FakeResolver;
import dev.adit.device.resolve.Resolver;
import dev.adit.device.secret.SecretOutput;
import dev.adit.ip.address.IpPrefix;
import dev.adit.protocol.keys.PresharedKey;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;

class UapiTextPropertyTest {
    static Stream<Long> seeds() {
        return RandomConfig.seeds(150);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void readsBackTheUpdateThatItPrints(long seed) throws ConfigException {
        DeviceUpdate update = new RandomConfig(seed).update();
        assertThat(UapiText.parseUpdate(UapiText.print(update))).isEqualTo(update);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void readsBackTheStatusThatItPrints(long seed) throws ConfigException {
        DeviceConfiguration status = new RandomConfig(seed).configuration();
        assertThat(UapiText.parseStatus(UapiText.print(status))).isEqualTo(status);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void writesTheSameToAStream(long seed) throws IOException {
        DeviceConfiguration status = new RandomConfig(seed).configuration();
        DeviceUpdate update = new RandomConfig(seed).update();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SecretOutput sink = (text, length) -> out.write(text.asSlice(0, length).toArray(JAVA_BYTE));
        UapiText.print(status, sink);
        UapiText.print(update, sink);
        assertThat(out.toString(US_ASCII))
                .isEqualTo(
                        new String(UapiText.print(status), US_ASCII)
                                + new String(UapiText.print(update), US_ASCII));
    }

    /// Whatever one byte becomes: an update, or a refusal with a number; never another exception.
    @ParameterizedTest
    @MethodSource("seeds")
    void answersEveryMutationWithAnUpdateOrARefusal(long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        byte[] text = UapiText.print(new RandomConfig(seed).update());
        for (int i = 0; i < 50 && text.length > 0; i++) {
            byte[] mutated = text.clone();
            mutated[random.nextInt(text.length)] = (byte) random.nextInt(256);
            try {
                assertThat(UapiText.parseUpdate(mutated)).isNotNull();
            } catch (ConfigException e) {
                assertThat(e.errno()).isIn(22, 71);
                assertThat(e.place().line()).isPositive();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void answersEveryMutationOfAFileWithAnUpdateOrARefusal(long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        ConfFile file = new ConfFile(new FakeResolver(), warning -> {});
        byte[] text = ConfFile.print(new RandomConfig(seed).configuration());
        for (int i = 0; i < 50; i++) {
            byte[] mutated = text.clone();
            mutated[random.nextInt(text.length)] = (byte) random.nextInt(256);
            try {
                assertThat(file.parse(mutated, "wg0.conf", Mode.SET)).isNotNull();
            } catch (ConfigException e) {
                assertThat(e.place().line()).isPositive();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void setsWhatTheConfigurationFileOfAStatusShows(long seed) throws ConfigException {
        DeviceConfiguration status = new RandomConfig(seed).configuration();
        ConfFile file = new ConfFile(Resolver.system(), warning -> {});
        DeviceUpdate update = file.parse(ConfFile.print(status), "wg0.conf", Mode.ADD);

        assertThat(update.privateKey()).isEqualTo(status.privateKey());
        assertThat(update.listenPort().orElse(0)).isEqualTo(status.listenPort());
        assertThat(update.fwmark().orElse(0)).isEqualTo(status.fwmark());
        assertThat(update.peers()).hasSameSizeAs(status.peers());
        for (int i = 0; i < status.peers().size(); i++) {
            assertThat(update.peers().get(i)).isEqualTo(updateTo(status.peers().get(i)));
        }
    }

    private static PeerUpdate updateTo(PeerConfiguration peer) {
        PresharedKey key = peer.presharedKey();
        int keepalive = peer.persistentKeepalive();
        return PeerUpdate.of(peer.publicKey())
                .presharedKey(key.isZero() ? null : key)
                .endpoint(peer.endpoint())
                .persistentKeepalive(
                        keepalive == 0 ? OptionalInt.empty() : OptionalInt.of(keepalive))
                .replaceAllowedIps()
                .allow(peer.allowedIps().toArray(IpPrefix[]::new))
                .build();
    }
}
