package dev.adit.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.device.config.ConfigException;
import dev.adit.net.lab.Keys;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/// An ordinary wg-quick file becomes a network, a wrong one an error with its line.
class ConfigTest {
    @TempDir private Path folder;

    private Path write(String text) throws Exception {
        Path file = folder.resolve("office.conf");
        Files.writeString(file, text.replace("KEY", Keys.make().privateKey()));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    private static NetworkBuilder in(Path file) {
        return Network.builder().config(file).binds(new MemoryUdp().host("192.0.2.1"));
    }

    @Test
    void takesAFileAsItIs() throws Exception {
        Path file =
                write(
                        """
                        # office
                        [Interface]
                        PrivateKey = KEY
                        Address = 10.7.0.1/24
                        Address = fd07::1/64, 10.7.0.2/32
                        ListenPort = 51999
                        DNS = 10.7.0.53, corp.example
                        MTU = 1380
                        Table = off
                        PostUp = iptables -A FORWARD # -j ACCEPT
                        SaveConfig = false
                        [Peer]
                        PublicKey = %s
                        AllowedIPs = 10.7.0.0/24
                        AllowedIPs = fd07::/64
                        PersistentKeepalive = 25
                        """
                                .formatted(Keys.make().publicKey()));
        try (Network net = in(file).build()) {
            assertThat(net.name()).isEqualTo("office");
            assertThat(net.addresses())
                    .containsExactly(
                            InetAddress.ofLiteral("10.7.0.1"),
                            InetAddress.ofLiteral("fd07::1"),
                            InetAddress.ofLiteral("10.7.0.2"));
            NetworkStatus status = net.status();
            assertThat(status.listenPort()).isEqualTo(51999);
            assertThat(status.peers().getFirst().allowedIps()).hasSize(2);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "Address = 10.7.0.300|office.conf:3: [Interface] Address: `10.7.0.300' is not an"
                        + " address",
                "Address = 10.7.0.1\\n"
                        + "MTU = big|office.conf:4: [Interface] MTU: `big' is not an MTU",
                "Address = fd00::1\\nMTU = 1000|office.conf:4: [Interface] MTU: 1000 is less than"
                        + " 1280",
                "Address = 10.7.0.1\\n"
                        + "MTU = 100|office.conf:4: [Interface] MTU: 100 is less than 576",
                "ListenPort = 1|office.conf:1: [Interface] Address: the key is missing",
                "Address = 10.7.0.1\\nListenPort = x|office.conf:4: [Interface] ListenPort",
                "Address = 10.7.0.1\\nColour = red|office.conf:4:",
                "Address = 10.7.0.1\\n"
                    + "DNS = 10.7.0.9, corp\\n"
                    + "DNS = 10.7.0.|office.conf:5: [Interface] DNS: `10.7.0.' is not an address",
                "Address = 10.7.0.1\\n[Peer]\\nAllowedIPs = x|office.conf:5: [Peer] AllowedIPs",
                "Address = 10.7.0.1\\n[Peer]\\n|office.conf:4: [Peer] PublicKey",
                "Address = 10.7.0.1\\nSaveConfig = maybe|office.conf:4: [Interface] SaveConfig",
            })
    void saysWhereAFileIsWrong(String lines, String message) throws Exception {
        Path file = write("[Interface]\nPrivateKey = KEY\n" + lines.replace("\\n", "\n"));
        assertThatThrownBy(() -> in(file).build())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aNetworkNeedsAKey() throws Exception {
        Path file = write("# office\n\n[Interface]\nAddress = 10.7.0.1\n");
        assertThatThrownBy(() -> in(file).build())
                .isInstanceOf(ConfigException.class)
                .hasMessageEndingWith("office.conf:3: [Interface] PrivateKey: the key is missing");
    }

    @Test
    void aMalformedKeyIsNotShown() throws Exception {
        Path file = write("[Interface]\nAddress = 10.7.0.1\nPrivateKey = xKEYx\n");
        String key = Files.readAllLines(file).getLast().replace("PrivateKey = ", "");
        assertThatThrownBy(() -> in(file).build())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("office.conf:3")
                .hasMessageNotContaining(key);
    }

    @Test
    void aFileThatIsNotThereIsAnIoException() {
        assertThatThrownBy(() -> Network.open(folder.resolve("none.conf")))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void whatTheProgramSetsGoesBeforeTheFile() throws Exception {
        byte[] text =
                ("[Interface]\nAddress = 10.7.0.1\nPrivateKey = " + Keys.make().privateKey())
                        .getBytes(StandardCharsets.UTF_8);
        try (Network net =
                Network.builder()
                        .config("text", text)
                        .name("home")
                        .mtu(1280)
                        .memory(2 << 20)
                        .binds(new MemoryUdp().host("192.0.2.1"))
                        .build()) {
            assertThat(net.name()).isEqualTo("home");
            assertThat(net.toString()).isEqualTo("Network home");
        }
    }

    @Test
    void aFileIsSharedUntilTheLastUserCloses() throws Exception {
        Path file = write("[Interface]\nPrivateKey = KEY\nAddress = 10.7.0.1\n");
        Network one = Network.shared(file);
        Network other = Network.shared(folder.resolve(".").resolve("office.conf"));
        assertThat(one.device()).isSameAs(other.device());
        one.close();
        one.close();
        assertThat(one.isOpen()).isFalse();
        assertThat(other.isOpen()).isTrue();
        other.close();
        assertThat(other.isOpen()).isFalse();
        try (Network again = Network.shared(file)) {
            assertThat(again.isOpen()).isTrue();
        }
    }

    @Test
    void aFactoryIsMadeByItsName() throws Exception {
        Path file = write("[Interface]\nPrivateKey = KEY\nAddress = 10.7.0.1\n");
        Object made =
                Class.forName("dev.adit.net.WireGuardSocketFactory")
                        .getConstructor(String.class)
                        .newInstance(file.toString());
        javax.net.SocketFactory factory = (javax.net.SocketFactory) made;
        assertThat(factory.createSocket()).isInstanceOf(java.net.Socket.class);
        assertThatThrownBy(() -> factory.createSocket("10.9.0.9", 80))
                .isInstanceOf(java.net.NoRouteToHostException.class)
                .hasMessageContaining("no peer of office has 10.9.0.9");
        Network.shared(file).close();
        java.util.Properties properties = new java.util.Properties();
        properties.setProperty("socketFactoryArg", file.toString());
        assertThat(new WireGuardSocketFactory(properties).createSocket()).isNotNull();
        assertThatThrownBy(WireGuardSocketFactory::new)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("adit.network");
    }
}
