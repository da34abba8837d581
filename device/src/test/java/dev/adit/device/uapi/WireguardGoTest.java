package dev.adit.device.uapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adit.device.config.DeviceConfiguration;
import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.EndpointName;
import dev.adit.device.config.PeerConfiguration;
import dev.adit.device.config.PeerUpdate;
import dev.adit.device.config.RandomConfig;
import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpPrefix;
import dev.adit.ip.port.ErrnoException;
import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PrivateKey;
import dev.adit.protocol.keys.PublicKey;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/// Our client against the installed wireguard-go, in a network namespace of its own.
@Timeout(180)
class WireguardGoTest {
    private final RandomConfig random = new RandomConfig(11);
    private final UapiSocket socket = new UapiSocket(WgTool.uniqueName());
    private final UapiClient client = new UapiClient(socket);
    private Process process;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        assumeTrue(WgTool.isInstalled("wireguard-go"), "wireguard-go is not installed");
        assumeTrue(WgTool.isInstalled("unshare"), "unshare is not installed");
        assumeTrue(WgTool.isRoot(), "needs root for a network namespace");
        assumeTrue(Files.exists(Path.of("/dev/net/tun")), "no /dev/net/tun here");
        ProcessBuilder builder =
                new ProcessBuilder("unshare", "-n", "wireguard-go", "-f", socket.name());
        builder.environment().put("WG_PROCESS_FOREGROUND", "1");
        builder.redirectErrorStream(true).redirectOutput(new File("/dev/null"));
        process = builder.start();
        assumeTrue(isUp(), "wireguard-go does not start here");
    }

    private boolean isUp() throws IOException, InterruptedException {
        Instant deadline = Instant.now().plus(Duration.ofSeconds(20));
        while (Instant.now().isBefore(deadline)) {
            if (UapiSocket.list(socket.directory()).contains(socket)) return true;
            if (process.waitFor(20, TimeUnit.MILLISECONDS)) return false;
        }
        return false;
    }

    @AfterEach
    void stop() throws InterruptedException, IOException {
        if (process == null) return;
        process.destroy();
        process.waitFor();
        Files.deleteIfExists(socket.directory().resolve(socket.name() + ".sock"));
    }

    @Test
    void setsAndReadsBackEverything() throws IOException {
        PrivateKey privateKey = random.privateKey();
        PublicKey peer = random.publicKey();
        PresharedKey presharedKey = random.presharedKey();
        client.configure(
                DeviceUpdate.builder()
                        .privateKey(privateKey)
                        .listenPort(51821)
                        .fwmark(0xf00d)
                        .replacePeers()
                        .peer(
                                PeerUpdate.of(peer)
                                        .presharedKey(presharedKey)
                                        .endpoint(Endpoint.parse("[2001:db8::1]:7").orElseThrow())
                                        .persistentKeepalive(25)
                                        .replaceAllowedIps()
                                        .allow("10.0.0.0/8", "::/0"))
                        .build());
        DeviceConfiguration status = client.configuration();
        assertThat(status.listenPort()).isEqualTo(51821);
        assertThat(status.fwmark()).isEqualTo(0xf00d);
        PeerConfiguration got = status.peers().getFirst();
        assertThat(got.publicKey()).isEqualTo(peer);
        assertThat(got.presharedKey()).isEqualTo(presharedKey);
        assertThat(got.endpoint()).hasToString("[2001:db8::1]:7");
        assertThat(got.persistentKeepalive()).isEqualTo(25);
        assertThat(got.lastHandshake()).isEqualTo(Instant.EPOCH);
        assertThat(got.allowedIps())
                .containsExactlyInAnyOrder(
                        IpPrefix.parse("10.0.0.0/8").orElseThrow(),
                        IpPrefix.parse("::/0").orElseThrow());

        client.configure(removal(peer));
        assertThat(client.configuration().peers()).isEmpty();
        assertThat(client.configuration().privateKey()).isNotNull();
    }

    @Test
    void takesAnEndpointWithoutItsName() throws IOException {
        PublicKey peer = random.publicKey();
        Endpoint endpoint = Endpoint.parse("192.0.2.1:7").orElseThrow();
        PeerUpdate named =
                PeerUpdate.of(peer)
                        .endpoint(endpoint)
                        .endpointName(new EndpointName("vpn.example", 7))
                        .build();
        client.configure(update(List.of(named)));
        assertThat(client.configuration().peers().getFirst().endpoint()).isEqualTo(endpoint);
        assertThat(client.resolve(List.of(peer))).isEmpty();
    }

    @Test
    void setsAThousandPeers() throws IOException {
        List<PeerUpdate> peers = IntStream.range(0, 1000).mapToObj(i -> peer()).toList();
        client.configure(update(peers));
        assertThat(client.configuration().peers()).hasSize(1000);
    }

    @Test
    void hearsWhyItRefuses() {
        // More peers than it takes; it hangs up in the middle of the request.
        DeviceUpdate tooMany = update(IntStream.range(0, 66_000).mapToObj(i -> peer()).toList());
        ErrnoException failure =
                catchThrowableOfType(ErrnoException.class, () -> client.configure(tooMany));
        assertThat(failure.errno()).isEqualTo(22);
    }

    @Test
    void doesNotKnowDrops() {
        ErrnoException failure = catchThrowableOfType(ErrnoException.class, client::drops);
        assertThat(failure.errno()).isEqualTo(71);
    }

    private PeerUpdate peer() {
        return PeerUpdate.of(random.publicKey()).build();
    }

    private static DeviceUpdate removal(PublicKey peer) {
        return update(List.of(PeerUpdate.removal(peer)));
    }

    private static DeviceUpdate update(List<PeerUpdate> peers) {
        return DeviceUpdate.builder().peers(peers).build();
    }
}
