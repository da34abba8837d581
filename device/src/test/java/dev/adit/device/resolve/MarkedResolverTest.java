package dev.adit.device.resolve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.adit.device.dns.Answers;
import dev.adit.ip.port.Bind;
import dev.adit.ip.port.BindFactory;
import dev.adit.ip.port.ClientSocket;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.function.BiFunction;

class MarkedResolverTest {
    @TempDir Path root;
    private final FakeNames system = new FakeNames().host("vpn.example", "203.0.113.7");
    private final Servers net = new Servers();
    private int mark = 51820;

    /// Name servers by their addresses, and sources of what has a route. Confined to the test.
    private static final class Servers implements BindFactory {
        final Map<String, BiFunction<byte[], Boolean, byte[]>> servers = new HashMap<>();
        final Set<String> unreachable = new HashSet<>();
        final List<String> log = new ArrayList<>();
        final Set<Integer> ids = new HashSet<>();

        @Override
        public Bind open(int port, int fwmark) {
            throw new AssertionError();
        }

        @Override
        public ClientSocket connect(boolean stream, InetSocketAddress to, int fwmark, int millis)
                throws IOException {
            String host = to.getAddress().getHostAddress();
            if (unreachable.contains(host)) throw new IOException("ENETUNREACH");
            if (to.getPort() == 53) log.add(host + (stream ? " tcp " : " udp ") + fwmark);
            return new Socket(stream, host);
        }

        private final class Socket implements ClientSocket {
            private final boolean stream;
            private final String host;
            private final Queue<byte[]> replies = new ArrayDeque<>();

            Socket(boolean stream, String host) {
                this.stream = stream;
                this.host = host;
            }

            @Override
            public InetAddress localAddress() {
                return InetAddress.ofLiteral(host.contains(":") ? "2001:db8::1" : "192.0.2.1");
            }

            @Override
            public void write(byte[] bytes) {
                byte[] query = bytes;
                if (stream) {
                    query = new byte[bytes.length - 2];
                    ByteBuffer.wrap(bytes, 2, query.length).get(query);
                }
                ids.add((query[0] & 0xff) << 8 | query[1] & 0xff);
                byte[] reply = servers.getOrDefault(host, (q, s) -> null).apply(query, stream);
                if (reply == null) return;
                if (stream)
                    replies.add(new byte[] {(byte) (reply.length >> 8), (byte) reply.length});
                replies.add(reply);
            }

            @Override
            public int read(byte[] buffer, int at, int millis) throws IOException {
                byte[] next = replies.poll();
                if (next == null) throw new SocketTimeoutException();
                System.arraycopy(next, 0, buffer, at, next.length);
                return next.length;
            }

            @Override
            public void close() {}
        }
    }

    @BeforeEach
    void files() throws IOException {
        Files.createDirectory(root.resolve("etc"));
        Files.writeString(
                root.resolve("etc/resolv.conf"), "nameserver 9.9.9.9\nnameserver 2620:fe::9\n");
        Files.writeString(root.resolve("etc/hosts"), "127.0.0.1 localhost\n");
    }

    private List<String> look(String host) throws UnknownHostException {
        MarkedResolver resolver = new MarkedResolver(system, net, () -> mark, root, "wg0");
        return resolver.addresses(host).stream().map(InetAddress::getHostAddress).toList();
    }

    /// A server that knows these addresses of every name.
    private static BiFunction<byte[], Boolean, byte[]> server(String... addresses) {
        return (query, stream) -> {
            Answers reply = Answers.to(query);
            for (String address : addresses) {
                if (address.contains(":") == (Answers.type(query) == 28)) reply.address(address);
            }
            return reply.build();
        };
    }

    @Test
    void withAMarkTheServersAreAskedWithIt() throws IOException {
        net.servers.put("9.9.9.9", server("192.0.2.9", "2001:db8::9"));
        assertThat(look("vpn.example")).containsExactly("2001:db8:0:0:0:0:0:9", "192.0.2.9");
        assertThat(net.log).containsExactly("9.9.9.9 udp 51820", "9.9.9.9 udp 51820");
        assertThat(system.asked()).isZero();
    }

    @Test
    void withoutAMarkTheSystemIsAsked() throws IOException {
        mark = 0;
        assertThat(look("vpn.example")).containsExactly("203.0.113.7");
        assertThat(net.log).isEmpty();
    }

    @Test
    void theHostsFileComesFirst() throws IOException {
        Files.writeString(
                root.resolve("etc/hosts"),
                "# a comment\n"
                        + "192.0.2.8 gw VPN.example # 7\n"
                        + "nonsense vpn.example\n"
                        + "2001:db8::8 vpn.example\n");
        net.unreachable.add("2001:db8:0:0:0:0:0:8");
        assertThat(look("vpn.example")).containsExactly("192.0.2.8", "2001:db8:0:0:0:0:0:8");
        assertThat(net.log).isEmpty();
        assertThat(system.asked()).isZero();
    }

    @Test
    void whatIsUnreachableAroundTheTunnelComesLast() throws IOException {
        net.servers.put("9.9.9.9", server("192.0.2.9", "2001:db8::9"));
        net.unreachable.add("2001:db8:0:0:0:0:0:9");
        assertThat(look("vpn.example")).containsExactly("192.0.2.9", "2001:db8:0:0:0:0:0:9");
    }

    @Test
    void aServerThatFailsOrIsSilentIsFollowedByTheNext() throws IOException {
        net.servers.put("9.9.9.9", (query, stream) -> Answers.to(query).code(2).build());
        net.servers.put("2620:fe:0:0:0:0:0:9", server("192.0.2.9"));
        assertThat(look("vpn.example")).containsExactly("192.0.2.9");
        net.servers.remove("9.9.9.9");
        assertThat(look("vpn.example")).containsExactly("192.0.2.9");
        net.unreachable.add("9.9.9.9");
        assertThat(look("vpn.example")).containsExactly("192.0.2.9");
    }

    @Test
    void whatNoServerKnowsTheSystemMay() throws IOException {
        net.servers.put("9.9.9.9", (query, stream) -> Answers.to(query).code(3).build());
        assertThat(look("vpn.example")).containsExactly("203.0.113.7");
        assertThatExceptionOfType(UnknownHostException.class)
                .isThrownBy(() -> look("other.example"))
                .withMessage("Name or service not known");
    }

    @Test
    void whatDoesNotFitIsAskedForOverTcp() throws IOException {
        BiFunction<byte[], Boolean, byte[]> whole = server("192.0.2.9");
        net.servers.put(
                "9.9.9.9",
                (query, stream) ->
                        stream ? whole.apply(query, true) : Answers.to(query).flags(0x200).build());
        assertThat(look("vpn.example")).containsExactly("192.0.2.9");
        assertThat(net.log).contains("9.9.9.9 udp 51820", "9.9.9.9 tcp 51820");
    }

    @Test
    void aServerThatDoesNotUnderstandExtensionsIsAskedWithout() throws IOException {
        net.servers.put(
                "9.9.9.9",
                (query, stream) ->
                        query[11] == 1
                                ? Answers.to(query).code(1).build()
                                : server("192.0.2.9").apply(query, stream));
        assertThat(look("vpn.example")).containsExactly("192.0.2.9");
    }

    @Test
    void everyQuestionHasANumberThatCannotBeGuessed() throws IOException {
        net.servers.put("9.9.9.9", server("192.0.2.9"));
        for (int i = 0; i < 50; i++) look("vpn.example");
        assertThat(net.ids).hasSizeGreaterThan(90);
    }
}
