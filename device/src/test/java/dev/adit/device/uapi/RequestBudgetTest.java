package dev.adit.device.uapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.device.config.ConfigurationSize;
import dev.adit.device.config.DeviceConfiguration;
import dev.adit.device.config.PeerConfiguration;
import dev.adit.device.config.RandomConfig;
import dev.adit.testkit.Await;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// What all clients together may have a device keep in memory.
@Timeout(180)
class RequestBudgetTest {
    private static final int LIMIT = 1 << 20;
    private static final String PEER = "public_key=" + "5".repeat(64) + "\n";

    /// Less than the budget, and two of them are more.
    private static final String LARGE =
            PEER + "allowed_ip=2001:db8::/64\n".repeat(LIMIT * 3 / 4 / 136);

    @TempDir Path directory;
    private final FakeDevice device = new FakeDevice();
    private final FakeLog log = new FakeLog();
    private final RequestMemory budget = new RequestMemory(LIMIT);
    private final List<RawClient> clients = new ArrayList<>();
    private UapiServer server;

    @BeforeEach
    void listen() throws IOException {
        server =
                UapiServer.listen(
                        new UapiSocket(directory, "wg0"),
                        device,
                        () -> {},
                        new UapiServer.Settings(64, budget, System::nanoTime, log));
    }

    @AfterEach
    void close() throws IOException {
        server.close();
        for (RawClient client : clients) client.close();
        assertThat(budget.held()).isZero();
    }

    @Test
    void isSharedByAllClients() throws IOException {
        RawClient first = halfWay("set=1\n");
        assertThat(connect().ask("set=1\n" + LARGE + "\n")).isEqualTo("errno=-12\n\n");
        assertThat(first.ask("\n")).isEqualTo("errno=0\n\n");
        Await.until("the first to give back", () -> budget.held() == 0);
        assertThat(connect().ask("set=1\n" + LARGE + "\n")).isEqualTo("errno=0\n\n");
        assertThat(device.applied).hasSize(2);
    }

    @Test
    void isGivenBackByAClientThatGoes() throws IOException {
        halfWay("set=1\n").close();
        Await.until("the client to give back", () -> budget.held() == 0);
        assertThat(connect().ask("set=1\n" + LARGE + "\n")).isEqualTo("errno=0\n\n");
    }

    @Test
    void holdsForOneClientToo() throws IOException {
        RawClient client = connect();
        assertThat(client.ask("set=1\n" + LARGE + LARGE + "\n")).isEqualTo("errno=-12\n\n");
        assertThat(client.ask("set=1\n" + LARGE + "\n")).isEqualTo("errno=0\n\n");
        assertThat(device.applied).hasSize(1);
        assertThat(log.entries).anyMatch(entry -> entry.contains("too much memory"));
    }

    @Test
    void holdsForPeersWhoseNamesAreAskedFor() throws IOException {
        RawClient client = connect();
        String peers = PEER.repeat(LIMIT / 187 + 1000);
        assertThat(client.ask("resolve=1\n" + peers + "\n")).isEqualTo("errno=12\n\n");
        assertThat(client.ask("resolve=1\n" + PEER + "\n")).endsWith("errno=0\n\n");
        assertThat(device.asked).hasSize(1);
    }

    @Test
    void holdsForAnswersThatAreNotRead() throws IOException {
        PeerConfiguration peer = new RandomConfig(5).peerStatus();
        int peers = LIMIT * 3 / 4 / (512 + 112 * peer.allowedIps().size());
        DeviceConfiguration large =
                new DeviceConfiguration(null, 0, 0, Collections.nCopies(peers, peer));
        device.status = () -> large;
        RawClient deaf = connect().send("get=1\n\n");
        assertThat(deaf.read()).isEqualTo('p'); // the answer is under way, and will not fit
        assertThat(budget.held()).isPositive();
        assertThat(connect().ask("get=1\n\n")).isEqualTo("errno=12\n\n");
        assertThat(deaf.answer()).endsWith("errno=0\n\n");
        Await.until("the answer to be given back", () -> budget.held() == 0);
        assertThat(connect().ask("get=1\n\n")).endsWith("errno=0\n\n");
    }

    @Test
    void isTakenBeforeAnAnswerIsMade() throws IOException {
        device.size = new ConfigurationSize(LIMIT / 512 + 1000, 0);
        device.status =
                () -> {
                    throw new AssertionError("made");
                };
        assertThat(connect().ask("get=1\n\n")).isEqualTo("errno=12\n\n");
        device.size = new ConfigurationSize(LIMIT / 512 / 2, 0);
        DeviceConfiguration small = new DeviceConfiguration(null, 0, 0, List.of());
        device.status =
                () -> {
                    assertThat(budget.held()).isPositive();
                    return small;
                };
        assertThat(connect().ask("get=1\n\n")).isEqualTo("errno=0\n\n");
    }

    @Test
    void leavesRoomForSmallRequestsWhateverOthersHold() throws IOException {
        halfWay("set=1\n");
        RawClient client = connect();
        for (int i = 0; i < 100; i++) {
            String peer = PEER + "allowed_ip=10.0.0.0/8\n".repeat(100);
            assertThat(client.ask("set=1\n" + peer + "\n")).isEqualTo("errno=0\n\n");
            assertThat(client.ask("get=1\n\n")).isEqualTo("errno=0\n\n");
        }
    }

    /// A client that has sent a large request, without its end.
    private RawClient halfWay(String operation) throws IOException {
        RawClient client = connect().send(operation + LARGE);
        Await.until("the request to come", () -> budget.held() > LIMIT * 6 / 10);
        return client;
    }

    private RawClient connect() throws IOException {
        RawClient client = new RawClient(directory.resolve("wg0.sock"));
        clients.add(client);
        return client;
    }
}
