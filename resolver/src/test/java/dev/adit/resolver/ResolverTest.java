package dev.adit.resolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.device.config.ConfigException;
import dev.adit.net.MemoryUdp;
import dev.adit.net.NamePolicy;
import dev.adit.net.Network;
import dev.adit.protocol.keys.PrivateKey;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolver.LookupPolicy;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Names of a network, looked up as the JVM does. The resolver that this JVM would have otherwise
/// is one that knows no name and counts.
class ResolverTest {
    private final NameRoutes routes = new NameRoutes();
    private final BuiltinStub builtin = new BuiltinStub();
    private final TunnelResolver resolver = new TunnelResolver(builtin, routes);
    private final MemoryUdp udp = new MemoryUdp();
    private final PrivateKey one = PrivateKey.generate(new SecureRandom());
    private final PrivateKey other = PrivateKey.generate(new SecureRandom());
    private Network office;
    private Network inside;
    private NameServer server;

    @BeforeEach
    void open() throws Exception {
        office = network(1, one, other, "DNS = 10.0.0.2", NamePolicy.TUNNEL);
        inside = network(2, other, one, "", NamePolicy.SYSTEM);
        server =
                new NameServer(
                        inside,
                        Map.of(
                                "db.internal",
                                List.of(address("10.0.0.2"), address("fd00::2")),
                                "v4.internal",
                                List.of(address("10.0.0.9"))));
    }

    @AfterEach
    void close() {
        server.close();
        office.close(Duration.ZERO);
        inside.close(Duration.ZERO);
    }

    private Network network(
            int number, PrivateKey own, PrivateKey peer, String more, NamePolicy policy)
            throws IOException, ConfigException {
        String text =
                """
                [Interface]
                PrivateKey = %s
                Address = 10.0.0.%d/24, fd00::%d/64
                ListenPort = 51820
                %s
                [Peer]
                PublicKey = %s
                AllowedIPs = 10.0.0.0/24, fd00::/64
                Endpoint = 192.0.2.%d:51820
                """
                        .formatted(
                                new String(own.toBase64()),
                                number,
                                number,
                                more,
                                peer.publicKey().toBase64(),
                                3 - number);
        return Network.builder()
                .config("office" + number, text.getBytes(StandardCharsets.UTF_8))
                .binds(udp.host("192.0.2." + number))
                .names(policy)
                .build();
    }

    private static InetAddress address(String literal) {
        return InetAddress.ofLiteral(literal);
    }

    private List<InetAddress> look(String host, int policy) throws UnknownHostException {
        return resolver.lookupByName(host, LookupPolicy.of(policy)).toList();
    }

    private static final int ANY = LookupPolicy.IPV4 | LookupPolicy.IPV6;

    @Test
    void aNameOfADomainIsAskedForInItsNetworkAlone() throws Exception {
        NameRoutes.Route route = routes.route("Internal.", office);
        assertThat(route.domain()).isEqualTo("internal");
        assertThat(look("DB.internal.", ANY))
                .containsExactlyInAnyOrder(address("10.0.0.2"), address("fd00::2"));
        assertThatThrownBy(() -> look("none.internal", ANY))
                .isInstanceOf(UnknownHostException.class);
        assertThat(builtin.asked).isZero();
        assertThat(server.asked()).contains("none.internal");
    }

    @Test
    void otherNamesAreAskedForOutside() {
        routes.route("internal", office);
        for (String name : List.of("db.internal.example", "xinternal", "example")) {
            assertThatThrownBy(() -> look(name, ANY)).hasMessage("builtin: " + name);
        }
        assertThat(server.asked()).isEmpty();
    }

    @Test
    void thePolicyOfTheJvmHolds() throws Exception {
        routes.route("internal", office);
        assertThat(look("db.internal", LookupPolicy.IPV4)).containsExactly(address("10.0.0.2"));
        assertThat(look("db.internal", LookupPolicy.IPV6)).containsExactly(address("fd00::2"));
        assertThat(look("db.internal", ANY | LookupPolicy.IPV4_FIRST))
                .containsExactly(address("10.0.0.2"), address("fd00::2"));
        assertThat(look("db.internal", ANY | LookupPolicy.IPV6_FIRST))
                .containsExactly(address("fd00::2"), address("10.0.0.2"));
        assertThatThrownBy(() -> look("v4.internal", LookupPolicy.IPV6))
                .isInstanceOf(UnknownHostException.class);
    }

    @Test
    void theLongestDomainCounts() {
        routes.route("internal", office);
        try (Network closed = network(3, one, other, "DNS = 10.0.0.2", NamePolicy.TUNNEL)) {
            routes.route("lab.internal", closed);
            closed.close(Duration.ZERO);
            // A closed network fails, and nothing else is asked.
            assertThatThrownBy(() -> look("a.lab.internal", ANY))
                    .isInstanceOf(UnknownHostException.class);
        } catch (IOException | ConfigException e) {
            throw new AssertionError(e);
        }
        assertThat(builtin.asked).isZero();
        assertThat(server.asked()).isEmpty();
    }

    @Test
    void theHostIsAskedAgainAfterTheRouteIsClosed() {
        routes.route("internal", office).close();
        assertThatThrownBy(() -> look("db.internal", ANY)).hasMessage("builtin: db.internal");
        assertThat(routes.route("internal", office).domain()).isEqualTo("internal"); // it is free
    }

    @Test
    void theNameOfAnAddressIsNotAskedFor() throws Exception {
        NameRoutes.Route route = routes.route("internal", office);
        look("db.internal", ANY);
        assertThat(resolver.lookupByAddress(new byte[] {10, 0, 0, 2})).isEqualTo("db.internal");
        assertThat(builtin.asked).isZero();
        assertThat(resolver.lookupByAddress(new byte[] {10, 0, 0, 3})).isEqualTo("builtin");
        route.close();
        assertThat(resolver.lookupByAddress(new byte[] {10, 0, 0, 2})).isEqualTo("builtin");
    }

    @Test
    void aNetworkThatAsksTheHostTooDoesSo() throws Exception {
        office.close(Duration.ZERO);
        office = network(1, one, other, "DNS = 10.0.0.2", NamePolicy.TUNNEL_THEN_SYSTEM);
        try (NameRoutes.Route route = NameRoutes.add("invalid", office)) {
            // The JVM has our resolver: the network asks it, and it asks the one before it.
            assertThatThrownBy(() -> InetAddress.getByName("none." + route.domain()))
                    .isInstanceOf(UnknownHostException.class);
        }
        assertThat(server.asked()).contains("none.invalid");
    }

    @Test
    void theJvmHasThisResolver() throws Exception {
        try (NameRoutes.Route route = NameRoutes.add("internal", office)) {
            assertThat(InetAddress.getAllByName("db." + route.domain()))
                    .contains(address("10.0.0.2"));
            assertThat(new InetSocketAddress("v4.internal", 1).getAddress())
                    .isEqualTo(address("10.0.0.9"));
        }
        assertThat(server.asked()).contains("db.internal", "v4.internal");
    }

    @Test
    void whatIsNoDomainIsRefused() {
        for (String wrong : List.of("", ".", "a..b", " a", "a b", ".a", "x".repeat(64))) {
            assertThatThrownBy(() -> routes.route(wrong, office))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("is no domain");
        }
        assertThatThrownBy(() -> routes.route("internal", inside))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("office2 has no DNS servers");
        routes.route("internal", office);
        assertThatThrownBy(() -> routes.route("INTERNAL", office))
                .isInstanceOf(IllegalStateException.class);
    }

    /// Knows no name, and one for every address.
    private static final class BuiltinStub implements InetAddressResolver {
        private int asked;

        @Override
        public Stream<InetAddress> lookupByName(String host, LookupPolicy policy)
                throws UnknownHostException {
            asked++;
            throw new UnknownHostException("builtin: " + host);
        }

        @Override
        public String lookupByAddress(byte[] address) {
            asked++;
            return "builtin";
        }
    }
}
