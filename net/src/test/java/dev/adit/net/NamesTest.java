package dev.adit.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.net.lab.DnsServer;
import dev.adit.net.lab.TwoNetworks;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Collections;

/// Names are looked up in the tunnel.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NamesTest {
    private TwoNetworks two;
    private DnsServer server;

    @BeforeAll
    void begin() throws IOException {
        two = new TwoNetworks("DNS = 10.0.0.2, corp.example", b -> {});
        server =
                new DnsServer(two.right)
                        .add("db.internal", "10.0.0.2")
                        .add("both.internal", "10.0.0.2", "fd00::2")
                        .add("wiki.corp.example", "fd00::2")
                        .add("big.internal", "10.0.0.2")
                        .add("stale.internal", "10.0.0.99", "fd00::2");
    }

    @AfterAll
    void end() throws IOException {
        server.close();
        two.close();
    }

    @Test
    void aNameIsConnectedTo() throws Exception {
        try (ServerSocket listening = two.right.listen(5432);
                Socket socket = two.left.socketFactory().createSocket("db.internal", 5432);
                Socket accepted = listening.accept()) {
            assertThat(socket.getInetAddress().getHostName()).isEqualTo("db.internal");
            assertThat(socket.getInetAddress().getHostAddress()).isEqualTo("10.0.0.2");
            assertThat(accepted.isConnected()).isTrue();
        }
    }

    @Test
    void bothFamiliesAreAskedForAtOnceAndIpv6ComesFirst() throws Exception {
        assertThat(two.left.resolve("both.internal"))
                .extracting(InetAddress::getHostAddress)
                .containsExactly("fd00:0:0:0:0:0:0:2", "10.0.0.2");
        assertThat(server.questions()).contains("both.internal/A", "both.internal/AAAA");
    }

    @Test
    void anAnswerIsKept() throws Exception {
        for (int i = 0; i < 3; i++) two.left.resolve("DB.internal");
        assertThat(Collections.frequency(server.questions(), "db.internal/A")).isEqualTo(1);
    }

    @Test
    void aNameWithoutDotIsLookedForInTheSearchDomain() throws Exception {
        assertThat(two.left.resolve("wiki").getFirst().getHostAddress())
                .isEqualTo("fd00:0:0:0:0:0:0:2");
    }

    @Test
    void aTruncatedAnswerIsFetchedOverTcp() throws Exception {
        assertThat(two.left.resolve("big.internal").getFirst().getHostAddress())
                .isEqualTo("10.0.0.2");
    }

    @Test
    void aNameThatTheHostKnowsIsAskedForInTheTunnel() throws Exception {
        InetAddress misled = InetAddress.getByAddress("db.internal", new byte[] {10, 9, 9, 9});
        try (ServerSocket listening = two.right.listen(7001);
                Socket socket = two.left.socketFactory().createSocket()) {
            socket.connect(new InetSocketAddress(misled, listening.getLocalPort()));
            assertThat(socket.getInetAddress().getHostAddress()).isEqualTo("10.0.0.2");
        }
    }

    @Test
    void anUnknownNameSaysWhereItWasLookedFor() {
        assertThatThrownBy(() -> two.left.socketFactory().createSocket("no.internal", 1))
                .isInstanceOf(UnknownHostException.class)
                .hasMessageContainingAll("no.internal", "left");
    }

    @Test
    void whatTheHostAloneKnowsIsUnknown() {
        assertThatThrownBy(() -> two.left.resolve("localhost.localdomain"))
                .isInstanceOf(UnknownHostException.class);
    }

    @Test
    void theHostItselfIsAskedForNowhere() {
        for (String name : new String[] {"localhost", "LOCALHOST.", "a.localhost"}) {
            assertThatThrownBy(() -> two.left.socketFactory().createSocket(name, 1))
                    .isInstanceOf(NoRouteToHostException.class)
                    .hasMessageContaining("127.0.0.1");
        }
        assertThat(server.questions()).noneMatch(q -> q.contains("localhost/"));
    }

    @Test
    void theAddressThatAnswersIsTaken() throws Exception {
        try (ServerSocket listening = two.right.listen(7002);
                Socket socket = two.left.connect("stale.internal", 7002, Duration.ofSeconds(30))) {
            assertThat(socket.getInetAddress().getHostAddress()).isEqualTo("fd00:0:0:0:0:0:0:2");
            assertThat(listening.isClosed()).isFalse();
        }
    }

    @Test
    void literalsAreNotAskedFor() throws Exception {
        assertThat(two.left.resolve("192.0.2.7").getFirst().getHostAddress())
                .isEqualTo("192.0.2.7");
        assertThat(server.questions()).noneMatch(q -> q.startsWith("192"));
    }

    @Test
    void aNetworkWithoutServersInTheTunnelAsksNobody() throws Exception {
        try (TwoNetworks none = new TwoNetworks("", b -> b.names(NamePolicy.TUNNEL))) {
            assertThatThrownBy(() -> none.left.resolve("db.internal"))
                    .isInstanceOf(UnknownHostException.class);
        }
    }

    @Test
    void aConnectByNameTimesOut() throws Exception {
        server.add("black.internal", "10.0.0.2");
        try (ServerSocket full = two.right.serverSocketFactory().createServerSocket(7003, 1);
                Socket first = two.left.socketFactory().createSocket("black.internal", 7003)) {
            // The backlog is full: a further handshake is not answered to its end.
            assertThat(first.isConnected()).isTrue();
            for (int i = 0; i < 3; i++) {
                try (Socket more = two.left.connect("black.internal", 7003, TEN_MILLIS)) {
                    assertThat(more.isConnected()).isTrue();
                } catch (SocketTimeoutException e) {
                    assertThat(e).hasMessageStartingWith("Connect timed out");
                }
            }
            assertThat(full.isClosed()).isFalse();
        }
    }

    private static final Duration TEN_MILLIS = Duration.ofMillis(10);
}
