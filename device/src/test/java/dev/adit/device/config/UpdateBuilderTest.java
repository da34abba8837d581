package dev.adit.device.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.adit.device.config.PeerUpdate.AllowedIp;
import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpPrefix;
import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PublicKey;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

class UpdateBuilderTest {
    private static final PublicKey PEER = new RandomConfig(1).publicKey();
    private static final Endpoint ENDPOINT = Endpoint.parse("192.0.2.1:51820").orElseThrow();

    @Test
    void anUpdateThatIsNotToldAnythingChangesNothing() {
        DeviceUpdate update = DeviceUpdate.builder().peer(PeerUpdate.of(PEER)).build();
        assertThat(update.privateKey()).isNull();
        assertThat(update.listenPort()).isEmpty();
        assertThat(update.fwmark()).isEmpty();
        assertThat(update.replacePeers()).isFalse();
        assertThat(update.debug()).isEmpty();
        assertThat(update.resolveNames()).isEmpty();
        assertThat(update.peers())
                .containsExactly(
                        new PeerUpdate(
                                PEER,
                                false,
                                false,
                                null,
                                null,
                                OptionalInt.empty(),
                                false,
                                List.of(),
                                null,
                                null));
    }

    @Test
    void everySettingHasItsPlace() {
        PresharedKey key = new RandomConfig(2).presharedKey();
        EndpointName name = new EndpointName("vpn.example", 51820);
        PeerUpdate peer =
                PeerUpdate.of(PEER)
                        .remove()
                        .updateOnly()
                        .presharedKey(key)
                        .endpoint(ENDPOINT)
                        .persistentKeepalive(25)
                        .replaceAllowedIps()
                        .allow("10.0.0.0/8")
                        .disallow("10.1.0.0/16")
                        .description("laptop")
                        .endpointName(name)
                        .build();
        assertThat(peer)
                .isEqualTo(
                        new PeerUpdate(
                                PEER,
                                true,
                                true,
                                key,
                                ENDPOINT,
                                OptionalInt.of(25),
                                true,
                                List.of(
                                        new AllowedIp(prefix("10.0.0.0/8"), false),
                                        new AllowedIp(prefix("10.1.0.0/16"), true)),
                                "laptop",
                                name))
                .isEqualTo(peer.toBuilder().build());
        DeviceUpdate device =
                DeviceUpdate.builder()
                        .listenPort(1)
                        .fwmark(2)
                        .replacePeers()
                        .debug(true)
                        .resolveNames(false)
                        .peer(peer)
                        .build();
        assertThat(device)
                .isEqualTo(
                        new DeviceUpdate(
                                null,
                                OptionalInt.of(1),
                                OptionalInt.of(2),
                                true,
                                Optional.of(true),
                                Optional.of(false),
                                List.of(peer)))
                .isEqualTo(device.toBuilderWithoutPeers().peers(device.peers()).build());
    }

    @Test
    void aRemovalDoesNothingElse() {
        assertThat(PeerUpdate.removal(PEER)).isEqualTo(PeerUpdate.of(PEER).remove().build());
    }

    @Test
    void whatIsNoPrefixIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PeerUpdate.of(PEER).allow("10.0.0.0/33"))
                .withMessage("not a prefix: 10.0.0.0/33");
    }

    private static IpPrefix prefix(String text) {
        return IpPrefix.parse(text).orElseThrow();
    }
}
