package dev.adit.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.proxy.lab.TestProxy;
import dev.adit.proxy.stream.ProxyStats;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// What SOCKS clients say and are told.
class SocksTest {
    private TestProxy proxy;
    private ServerSocket server;

    @BeforeEach
    void open() throws IOException {
        proxy = new TestProxy(null);
        server = TestProxy.server();
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
        server.close();
    }

    private String port() {
        return "%04x".formatted(server.getLocalPort());
    }

    private static void say(Socket socket, String hex) throws IOException {
        socket.getOutputStream().write(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    private static String hear(Socket socket, int bytes) throws IOException {
        return HexFormat.of().formatHex(socket.getInputStream().readNBytes(bytes));
    }

    private static String hex(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return HexFormat.of().toHexDigits((byte) bytes.length) + HexFormat.of().formatHex(bytes);
    }

    private void exchange(Socket client) throws IOException {
        try (Socket target = server.accept()) {
            client.getOutputStream().write("there".getBytes(StandardCharsets.US_ASCII));
            client.shutdownOutput();
            assertThat(target.getInputStream().readAllBytes()).asString().isEqualTo("there");
            target.getOutputStream().write("and back".getBytes(StandardCharsets.US_ASCII));
        }
        assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("and back");
    }

    @Test
    void version5ConnectsToAnAddress() throws IOException {
        try (Socket client = proxy.connect()) {
            say(client, "05 01 00");
            assertThat(hear(client, 2)).isEqualTo("0500");
            say(client, "05 01 00 01 7f000001" + port());
            assertThat(hear(client, 10)).startsWith("050000");
            exchange(client);
        }
    }

    @Test
    void version5ConnectsToAName() throws IOException {
        try (Socket client = proxy.connect()) {
            say(client, "05 02 00 02  05 01 00 03" + hex("server") + port());
            assertThat(hear(client, 12)).startsWith("0500050000");
            exchange(client);
        }
        assertThat(proxy.dialed).containsExactly("server");
    }

    @Test
    void version5TellsWhyThereIsNoConnection() throws IOException {
        assertThat(replyTo("05 01 00 03" + hex("nowhere") + "0050")).isEqualTo(4);
        int closed = server.getLocalPort();
        server.close();
        assertThat(replyTo("05 01 00 01 7f000001" + "%04x".formatted(closed))).isEqualTo(5);
        assertThat(replyTo("05 02 00 01 7f000001 0050")).isEqualTo(7); // BIND
        assertThat(replyTo("05 01 00 05 0050")).isEqualTo(8);
    }

    private int replyTo(String request) throws IOException {
        try (Socket client = proxy.connect()) {
            say(client, "05 01 00" + request);
            assertThat(hear(client, 2)).isEqualTo("0500");
            byte[] reply = client.getInputStream().readAllBytes();
            assertThat(reply).hasSize(10);
            return reply[1];
        }
    }

    @Test
    void version5AsksForAPasswordWhereThereAreUsers() throws IOException {
        try (TestProxy guarded = new TestProxy("secret")) {
            assertThat(login(guarded, "05 01 00", "")).isEqualTo("05ff");
            String hello = "05 02 00 02";
            assertThat(login(guarded, hello, "01" + hex("user") + hex("wrong")))
                    .isEqualTo("05020101");
            String right = "01" + hex("user") + hex("secret");
            try (Socket client = guarded.connect()) {
                say(client, hello + right + "05 01 00 01 7f000001" + port());
                assertThat(hear(client, 14)).startsWith("05020100" + "050000");
                exchange(client);
            }
        }
    }

    private static String login(TestProxy at, String hello, String login) throws IOException {
        try (Socket client = at.connect()) {
            say(client, hello + login);
            return HexFormat.of().formatHex(client.getInputStream().readAllBytes());
        }
    }

    @Test
    void version4ConnectsToAnAddressAndVersion4aToAName() throws IOException {
        try (Socket client = proxy.connect()) {
            say(client, "04 01" + port() + "7f000001" + "00");
            assertThat(hear(client, 8)).startsWith("005a");
            exchange(client);
        }
        try (Socket client = proxy.connect()) {
            say(client, "04 01" + port() + "00000001" + "6d6500" + "73657276657200");
            assertThat(hear(client, 8)).startsWith("005a");
            exchange(client);
        }
        assertThat(proxy.dialed).containsExactly("127.0.0.1", "server");
    }

    @Test
    void version4IsRefusedWhereThereAreUsers() throws IOException {
        try (TestProxy guarded = new TestProxy("secret");
                Socket client = guarded.connect()) {
            say(client, "04 01" + port() + "7f000001" + "00");
            assertThat(hear(client, 8)).startsWith("005b");
            assertThat(guarded.dialed).isEmpty();
        }
    }

    @Test
    void whatIsNoRequestEndsTheConnection() throws IOException {
        for (String bad :
                new String[] {
                    "06",
                    "00",
                    "ff",
                    "05 01 00 04 01 00 01 7f000001 0050", // another version
                    "05 01 00 05 01 00 03 00 0050", // no name
                    "05 01 00 05 01 00 03 04 61200d0a 0050", // a name with a line's end
                    "04 03 0050 7f000001 00"
                }) {
            try (Socket client = proxy.connect()) {
                say(client, bad);
                client.shutdownOutput();
                assertThat(client.getInputStream().readAllBytes().length).isLessThanOrEqualTo(2);
            }
        }
        assertThat(proxy.dialed).isEmpty();
    }

    @Test
    void aHalfClosedConnectionGoesOnInTheOtherDirection() throws IOException {
        try (Socket client = proxy.connect()) {
            say(client, "05 01 00 05 01 00 01 7f000001" + port());
            hear(client, 12);
            try (Socket target = server.accept()) {
                target.getOutputStream().write("all".getBytes(StandardCharsets.US_ASCII));
                target.shutdownOutput();
                assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("all");
                client.getOutputStream().write("later".getBytes(StandardCharsets.US_ASCII));
                client.shutdownOutput();
                assertThat(target.getInputStream().readAllBytes()).asString().isEqualTo("later");
            }
        }
    }

    @Test
    void version5CarriesDatagrams() throws IOException {
        try (Socket client = proxy.connect();
                DatagramSocket echo = new DatagramSocket(0, loopback());
                DatagramSocket udp = new DatagramSocket(0, loopback());
                DatagramSocket stranger = new DatagramSocket(0, loopback())) {
            udp.setSoTimeout(20_000);
            echo.setSoTimeout(20_000);
            say(client, "05 01 00 05 03 00 01 00000000 0000");
            String reply = hear(client, 12);
            assertThat(reply).startsWith("0500" + "05000001" + "7f000001");
            int port = Integer.parseInt(reply.substring(20), 16);
            String header = "000000 01 7f000001" + "%04x".formatted(echo.getLocalPort());
            send(udp, port, "000001 01 7f000001 0007 00"); // a fragment
            send(udp, port, "0000");
            send(udp, port, "000000 03" + hex("server") + header.substring(18) + "0102");
            assertThat(receive(echo)).isEqualTo("0102");
            send(stranger, port, header + "ee");
            send(udp, port, header + "0304");
            DatagramPacket packet = new DatagramPacket(new byte[100], 100);
            echo.receive(packet);
            assertThat(packet.getLength()).isEqualTo(2);
            echo.send(packet);
            assertThat(receive(udp)).isEqualTo(header.replace(" ", "") + "0304");
        }
    }

    private static InetAddress loopback() {
        return InetAddress.ofLiteral("127.0.0.1");
    }

    private static void send(DatagramSocket from, int port, String hex) throws IOException {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        from.send(new DatagramPacket(bytes, bytes.length, loopback(), port));
    }

    private static String receive(DatagramSocket at) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[100], 100);
        at.receive(packet);
        return HexFormat.of().formatHex(packet.getData(), 0, packet.getLength());
    }

    @Test
    void clientsThatNeverFinishARequestDoNotKeepOthersOut() throws IOException {
        Socket[] slow = new Socket[1000];
        try {
            for (int i = 0; i < slow.length; i++) {
                slow[i] = proxy.connect();
                say(slow[i], "05 01");
            }
            long deadline = System.nanoTime() + 30_000_000_000L;
            while (proxy.clients.stats().refusals(ProxyStats.Refusal.REQUEST_TIMED_OUT)
                    < slow.length - 256) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                Thread.yield();
            }
            version5ConnectsToAnAddress();
        } finally {
            for (Socket socket : slow) if (socket != null) socket.close();
        }
    }
}
