package dev.adit.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.device.config.ConfigException;
import dev.adit.proxy.lab.NetworkPair;
import dev.adit.proxy.lab.TestNameServer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;

/// Name service of a proxy, by a name server in the tunnel.
class ProxyDnsTest {
    private static final ProxyOptions OPTIONS = ProxyOptions.builder().dns("127.0.0.1:0").build();

    @Test
    void queriesOverUdpAreAnsweredByTheServerInTheTunnel() throws Exception {
        try (NetworkPair networks = new NetworkPair("DNS = 10.0.0.2\n");
                Proxy proxy = Proxy.open(networks.here, OPTIONS);
                DatagramSocket server = networks.there.datagrams(53);
                DatagramSocket client = new DatagramSocket()) {
            client.setSoTimeout(20_000);
            byte[] query = TestNameServer.query(77, 4096);
            client.connect(proxy.dnsAddresses().getFirst());
            client.send(new DatagramPacket(query, query.length));
            DatagramPacket asked = new DatagramPacket(new byte[512], 512);
            server.receive(asked);
            byte[] answer =
                    TestNameServer.answer(Arrays.copyOf(asked.getData(), asked.getLength()), 4000);
            server.send(new DatagramPacket(answer, answer.length, asked.getSocketAddress()));
            DatagramPacket got = new DatagramPacket(new byte[5000], 5000);
            client.receive(got);
            assertThat(Arrays.copyOf(got.getData(), got.getLength()))
                    .isEqualTo(TestNameServer.answer(query, 4000));
        }
    }

    @Test
    void queriesOverTcpAreAskedOverTcp() throws Exception {
        try (NetworkPair networks = new NetworkPair("DNS = fd00::2, 10.0.0.2\n");
                Proxy proxy = Proxy.open(networks.here, OPTIONS);
                ServerSocket server = networks.there.listen(53);
                Socket client = new Socket()) {
            client.setSoTimeout(20_000);
            client.connect(proxy.dnsAddresses().getFirst());
            DataOutputStream out = new DataOutputStream(client.getOutputStream());
            byte[] query = TestNameServer.query(77, 0);
            out.writeShort(query.length);
            out.write(query);
            try (Socket asked = server.accept()) {
                DataInputStream in = new DataInputStream(asked.getInputStream());
                byte[] answer =
                        TestNameServer.answer(in.readNBytes(in.readUnsignedShort()), 40_000);
                DataOutputStream back = new DataOutputStream(asked.getOutputStream());
                back.writeShort(answer.length);
                back.write(answer);
            }
            DataInputStream in = new DataInputStream(client.getInputStream());
            assertThat(in.readNBytes(in.readUnsignedShort()))
                    .isEqualTo(TestNameServer.answer(query, 40_000));
        }
    }

    @Test
    void aNetworkWithoutNameServersServesNoNames() throws IOException, ConfigException {
        try (NetworkPair networks = new NetworkPair("")) {
            assertThatThrownBy(() -> Proxy.open(networks.here, OPTIONS).close())
                    .isInstanceOf(IOException.class)
                    .hasMessage("the network here has no name servers");
        }
    }

    @Test
    void otherHostsAreServedOnlyWhenThatIsSaid() {
        ProxyOptions.Builder options = ProxyOptions.builder().dns("0.0.0.0");
        assertThatThrownBy(options::build)
                .hasMessage("`0.0.0.0' would let other hosts in without a password");
        options.open().build();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", "[::1]", "127.0.0.1:53", "[::1]:53", "53"})
    void thePortIsThatOfDnsUnlessItIsGiven(String text) {
        InetSocketAddress at =
                (InetSocketAddress)
                        ProxyOptions.builder().dns(text).build().dns().getFirst().address();
        assertThat(at.getPort()).isEqualTo(53);
        assertThat(at.getAddress().isLoopbackAddress()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "host", "127.0.0.1:", "127.0.0.1:65536", "::1:53:", "unix:/a"})
    void anAddressThatIsNoneIsRefused(String text) {
        assertThatThrownBy(() -> ProxyOptions.builder().dns(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("`" + text + "': ");
    }
}
