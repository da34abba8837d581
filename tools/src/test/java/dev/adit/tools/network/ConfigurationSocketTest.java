package dev.adit.tools.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.device.config.DeviceControl;
import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.PeerUpdate;
import dev.adit.device.uapi.UapiServer;
import dev.adit.device.uapi.UapiSocket;
import dev.adit.net.MemoryUdp;
import dev.adit.net.Network;
import dev.adit.protocol.keys.PrivateKey;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.tools.host.ConfigurationSockets;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// The configuration socket of a proxy's network.
class ConfigurationSocketTest {
    private static final String NAME = "office-of-a-test";
    @TempDir private Path folder;
    private Network network;

    @BeforeEach
    void open() throws Exception {
        String config =
                """
                [Interface]
                PrivateKey = QH8sX6cvKqTqdjB3HzXKvYPpuPuXDJyeEv0bSGMdPHk=
                Address = 10.0.0.1/32
                """;
        network =
                Network.builder()
                        .config(NAME, config.getBytes(StandardCharsets.US_ASCII))
                        .binds(new MemoryUdp().host("192.0.2.1"))
                        .build();
    }

    @AfterEach
    void close() {
        network.close(Duration.ZERO);
    }

    private Map<String, String> environment() {
        return Map.of("XDG_RUNTIME_DIR", folder.toString());
    }

    private Path file() {
        return folder.resolve("wireguard").resolve(NAME + ".sock");
    }

    @Test
    void theToolsFindItAmongTheUsersOwn() throws Exception {
        ConfigurationSockets sockets = new ConfigurationSockets(environment());
        PublicKey peer = PrivateKey.generate(new SecureRandom()).publicKey();
        try (UapiServer server = ConfigurationSocket.open(network, environment()).orElseThrow()) {
            assertThat(sockets.names()).contains(NAME);
            DeviceControl device = sockets.device(NAME);
            assertThat(device.status().peers()).isEmpty();
            device.configure(DeviceUpdate.builder().peer(PeerUpdate.of(peer).build()).build());
            assertThat(network.status().peers().getFirst().publicKey()).isEqualTo(peer);
            assertThat(server).isNotNull();
        }
        assertThat(file()).doesNotExist();
        assertThat(sockets.names()).doesNotContain(NAME);
    }

    @Test
    void itIsForItsUserAlone() throws Exception {
        try (UapiServer server = ConfigurationSocket.open(network, environment()).orElseThrow()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                    .isEqualTo("rw-------");
            assertThat(server).isNotNull();
        }
    }

    @Test
    void theNetworkWorksWithoutIt() throws Exception {
        Files.writeString(folder.resolve("wireguard"), "not a folder");
        Optional<UapiServer> none = ConfigurationSocket.open(network, environment());
        assertThat(none).isEmpty();
        assertThat(network.isOpen()).isTrue();
    }

    @Test
    void anotherProcessKeepsIts() {
        try (UapiServer first = ConfigurationSocket.open(network, environment()).orElseThrow()) {
            assertThat(ConfigurationSocket.open(network, environment())).isEmpty();
            assertThat(file()).exists();
            assertThat(first).isNotNull();
        }
    }

    @Test
    void withoutAFolderOfTheUserItIsWhereWgLooks() {
        assertThat(UapiSocket.directory(Map.of())).isEqualTo(UapiSocket.DIRECTORY);
        assertThat(UapiSocket.directory(Map.of("XDG_RUNTIME_DIR", "relative")))
                .isEqualTo(UapiSocket.DIRECTORY);
        assertThat(UapiSocket.find("no-such", environment()).directory())
                .isEqualTo(UapiSocket.DIRECTORY);
    }
}
