package dev.adit.proxy.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.device.dns.NameServerOrder;
import dev.adit.proxy.lab.TestNameServer;
import dev.adit.proxy.server.ClientTable;
import dev.adit.proxy.server.ListenAddress;
import dev.adit.proxy.stream.DatagramDialer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;

/// Queries passed on to name servers on loopback in place of a tunnel.
class DnsForwardTest {
    private final List<AutoCloseable> open = new ArrayList<>();
    private final ClientTable clients = new ClientTable();
    private int port;

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open.reversed()) one.close();
    }

    private TestNameServer server(String address, UnaryOperator<byte[]> answers)
            throws IOException {
        TestNameServer server = new TestNameServer(address, port, answers);
        open.add(server);
        port = server.port();
        return server;
    }

    private DnsForward forward(int most, List<Integer> patience, String... servers)
            throws IOException {
        DatagramDialer datagrams =
                new DatagramDialer() {
                    @Override
                    public DatagramSocket open() throws IOException {
                        return new DatagramSocket();
                    }

                    @Override
                    public InetAddress resolve(String host) {
                        return InetAddress.ofLiteral(host);
                    }
                };
        StreamDialer streams =
                (to, at, millis) -> {
                    Socket socket = new Socket();
                    socket.connect(new InetSocketAddress(to, at), millis);
                    return socket;
                };
        List<InetAddress> all = Arrays.stream(servers).map(InetAddress::ofLiteral).toList();
        DnsExchange exchange =
                new DnsExchange(
                        new NameServerOrder(all),
                        port,
                        datagrams,
                        streams,
                        new SecureRandom(),
                        patience);
        DnsForward forward =
                new DnsForward(ListenAddress.parse("127.0.0.1:0"), exchange, clients, most);
        open.add(forward);
        return forward;
    }

    private DnsForward forward(String... servers) throws IOException {
        return forward(1024, List.of(10_000), servers);
    }

    private DatagramSocket client(DnsForward forward) throws IOException {
        DatagramSocket socket = new DatagramSocket();
        open.add(socket);
        socket.connect(forward.address());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private Socket connect(DnsForward forward) throws IOException {
        Socket socket = new Socket(forward.address().getAddress(), forward.address().getPort());
        open.add(socket);
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static void send(DatagramSocket client, byte[] message) throws IOException {
        client.send(new DatagramPacket(message, message.length));
    }

    private static byte[] receive(DatagramSocket client) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
        client.receive(packet);
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }

    private static void send(Socket client, byte[] message) throws IOException {
        client.getOutputStream().write(DnsStream.framed(message));
    }

    private static byte[] receive(Socket client) throws IOException {
        DataInputStream in = new DataInputStream(client.getInputStream());
        return in.readNBytes(in.readUnsignedShort());
    }

    private static byte[] ask(DatagramSocket client, byte[] message) throws IOException {
        send(client, message);
        return receive(client);
    }

    @Test
    void aQueryIsPassedOnWholeWithANumberAndAPortOfItsOwn() throws IOException {
        TestNameServer server = server("127.0.0.1", query -> TestNameServer.answer(query, 30));
        DatagramSocket client = client(forward("127.0.0.1"));
        byte[] query = TestNameServer.query(0x1234, 1232);
        Set<Integer> numbers = new HashSet<>();
        for (int i = 0; i < 8; i++) {
            assertThat(ask(client, query)).isEqualTo(TestNameServer.answer(query, 30));
            byte[] asked = server.asked.get(i);
            numbers.add((asked[0] & 0xff) << 8 | asked[1] & 0xff);
            assertThat(Arrays.copyOfRange(asked, 2, asked.length))
                    .isEqualTo(Arrays.copyOfRange(query, 2, query.length));
        }
        assertThat(numbers).hasSizeGreaterThan(6);
        assertThat(new HashSet<>(server.ports)).hasSizeGreaterThan(6);
    }

    @Test
    void anAnswerToAnotherQuestionIsIgnored() throws IOException {
        server(
                "127.0.0.1",
                query -> {
                    byte[] forged = TestNameServer.answer(query, 5);
                    forged[13] = 'f';
                    return forged;
                });
        DatagramSocket client = client(forward(1024, List.of(200), "127.0.0.1"));
        assertThat(ask(client, TestNameServer.query(1, 0))[3] & 0xf).isEqualTo(2);
    }

    @Test
    void anAnswerIsAsLongAsTheClientTakesIt() throws IOException {
        server("127.0.0.1", query -> TestNameServer.answer(query, 4000));
        DatagramSocket client = client(forward("127.0.0.1"));
        byte[] large = TestNameServer.query(1, 4096);
        assertThat(ask(client, large)).isEqualTo(TestNameServer.answer(large, 4000));
        byte[] cut = ask(client, TestNameServer.query(1, 1232));
        assertThat(cut).hasSize(large.length);
        assertThat(cut[2] & 0x02).isEqualTo(0x02);
    }

    @Test
    void severalQueriesOfAConnectionAreAnsweredAsTheAnswersCome() throws Exception {
        CountDownLatch second = new CountDownLatch(1);
        server(
                "127.0.0.1",
                query -> {
                    boolean isFirst = query.length == TestNameServer.query(1, 0).length;
                    if (isFirst) awaitQuietly(second);
                    return TestNameServer.answer(query, 60_000);
                });
        try (Socket client = connect(forward("127.0.0.1"))) {
            send(client, TestNameServer.query(1, 0));
            send(client, TestNameServer.query(2, 1232));
            client.shutdownOutput();
            assertThat(receive(client)[1]).isEqualTo((byte) 2);
            second.countDown();
            byte[] last = receive(client);
            assertThat(last).hasSizeGreaterThan(60_000);
            assertThat(last[1]).isEqualTo((byte) 1);
            assertThat(client.getInputStream().read()).isNegative();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void theServerThatAnswersIsAskedFirstFromThenOn() throws IOException {
        TestNameServer silent = server("127.0.0.1", query -> null);
        server("127.0.0.2", query -> TestNameServer.answer(query, 1));
        DnsForward forward = forward(1024, List.of(300), "127.0.0.1", "127.0.0.2");
        DatagramSocket client = client(forward);
        for (int i = 0; i < 5; i++) ask(client, TestNameServer.query(i, 0));
        assertThat(silent.asked).hasSize(1);
    }

    @Test
    void aServerThatRefusesIsTheLastChoice() throws IOException {
        server(
                "127.0.0.1",
                query -> {
                    byte[] refused = TestNameServer.answer(query, 0);
                    refused[3] = 5;
                    return refused;
                });
        server("127.0.0.2", query -> TestNameServer.answer(query, 1));
        DatagramSocket both = client(forward("127.0.0.1", "127.0.0.2"));
        assertThat(ask(both, TestNameServer.query(1, 0))[3]).isZero();
        DatagramSocket one = client(forward("127.0.0.1"));
        assertThat(ask(one, TestNameServer.query(1, 0))[3]).isEqualTo((byte) 5);
    }

    @Test
    void aClientIsToldThatNoServerAnswers() throws IOException {
        server("127.0.0.1", query -> null);
        DnsForward forward = forward(1024, List.of(50, 50), "127.0.0.1");
        assertThat(ask(client(forward), TestNameServer.query(9, 0))[3] & 0xf).isEqualTo(2);
        try (Socket client = connect(forward)) {
            send(client, TestNameServer.query(9, 0));
            assertThat(receive(client)[3] & 0xf).isEqualTo(2);
        }
    }

    @Test
    void whatIsNoQueryIsDroppedAndTheNextOneAnswered() throws IOException {
        server("127.0.0.1", query -> TestNameServer.answer(query, 1));
        DnsForward forward = forward("127.0.0.1");
        DatagramSocket client = client(forward);
        send(client, new byte[0]);
        send(client, new byte[3]);
        send(client, TestNameServer.answer(TestNameServer.query(1, 0), 0));
        assertThat(ask(client, TestNameServer.query(2, 0))[1]).isEqualTo((byte) 2);
        try (Socket stream = connect(forward)) {
            send(stream, new byte[0]);
            send(stream, new byte[65_535]);
            send(stream, TestNameServer.query(3, 0));
            assertThat(receive(stream)[1]).isEqualTo((byte) 3);
        }
    }

    @Test
    void whenTooManyAreOutstandingTheOldestIsGivenUp() throws IOException {
        TestNameServer server =
                server(
                        "127.0.0.1",
                        query -> query.length > 40 ? TestNameServer.answer(query, 1) : null);
        DnsForward forward = forward(2, List.of(60_000), "127.0.0.1");
        DatagramSocket client = client(forward);
        for (int i = 0; i < 5; i++) send(client, TestNameServer.query(i, 0));
        assertThat(ask(client, TestNameServer.query(7, 1232))[1]).isEqualTo((byte) 7);
        assertThat(forward.outstanding()).isLessThanOrEqualTo(2);
        assertThat(server.asked).isNotEmpty();
    }

    @Test
    void aClientThatTakesNoAnswersIsEndedByThoseOfOthers() throws IOException {
        server("127.0.0.1", query -> TestNameServer.answer(query, 65_000 - query.length));
        DnsForward forward = forward(64, List.of(60_000), "127.0.0.1");
        try (Socket greedy = connect(forward)) {
            DataOutputStream out = new DataOutputStream(greedy.getOutputStream());
            Thread.ofVirtual().start(() -> askForEver(out));
            // Its answers fill the connection, then the table; other queries may be among those
            // that are given up, as any datagram may be lost, until it is ended.
            DatagramSocket client = client(forward);
            client.setSoTimeout(100);
            for (int i = 0; i < 20; i++) assertThat(askUntilAnswered(client, i)).isNotEmpty();
            assertThat(forward.outstanding()).isLessThanOrEqualTo(64);
        }
    }

    private static byte[] askUntilAnswered(DatagramSocket client, int id) throws IOException {
        while (true) {
            try {
                return ask(client, TestNameServer.query(id, 4096));
            } catch (SocketTimeoutException e) {
                // asked again, as a client does
            }
        }
    }

    private static void askForEver(DataOutputStream out) {
        try {
            while (true) out.write(DnsStream.framed(TestNameServer.query(5, 0)));
        } catch (IOException e) {
            // as it shall be
        }
    }
}
