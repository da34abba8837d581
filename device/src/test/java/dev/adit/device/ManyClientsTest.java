package dev.adit.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.PeerConfiguration;
import dev.adit.device.config.PeerUpdate;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.wire.Message;
import dev.adit.testkit.Await;
import dev.adit.testkit.FakeClock;
import dev.adit.testkit.FakeNet;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// A server that has lost all sessions, and clients that want them back, with several handshakes in
/// work at once.
@Timeout(60)
class ManyClientsTest {
    private final FakeNet net = new FakeNet();
    private final FakeClock clock = new FakeClock();
    private final DeviceFixture server = DeviceFixture.startWithWorkers(net, clock, 4, "192.0.2.1");
    private final List<ManualPeer> clients = new ArrayList<>();

    @AfterEach
    void close() {
        clients.forEach(ManualPeer::close);
        server.close();
    }

    private void addClients(int count) {
        DeviceUpdate.Builder change = DeviceUpdate.builder();
        for (int i = 0; i < count; i++) {
            String number = i / 256 + "." + i % 256;
            ManualPeer client =
                    new ManualPeer(net.host("198.18." + number), DeviceFixture.PORT, server);
            clients.add(client);
            change.peer(
                    PeerUpdate.of(client.key)
                            .endpoint(client.endpoint)
                            .allow("10.0." + number + "/32"));
        }
        server.configure(change);
    }

    /// More than make a load, so that most have to prove their address first.
    @Test
    void servesAllClientsThatCallAtOnce() {
        addClients(600);
        List<byte[]> calls = clients.stream().map(ManualPeer::initiation).toList();
        for (int i = 0; i < calls.size(); i++) clients.get(i).send(calls.get(i));
        for (ManualPeer client : clients) completeHandshake(client);
        Await.until("sessions with all clients", () -> connected() == clients.size());
    }

    private void completeHandshake(ManualPeer client) {
        byte[] answer = client.receive();
        for (int i = 0; answer[0] == Message.COOKIE_REPLY && i < 5; i++) {
            assertThat(client.consume(answer).drop()).isNull();
            client.send(client.initiation());
            answer = client.receive();
        }
        assertThat(answer[0]).isEqualTo((byte) Message.RESPONSE);
        assertThat(client.consume(answer).drop()).isNull();
        client.send(client.seal(new byte[0]));
    }

    private long connected() {
        return server.configuration().peers().stream()
                .map(PeerConfiguration::lastHandshake)
                .filter(time -> time.isAfter(Instant.EPOCH))
                .count();
    }

    /// The copies are in work at once.
    @Test
    void acceptsAnInitiationOnceWhoeverComputesIt() {
        addClients(1);
        ManualPeer client = clients.getFirst();
        int rounds = 20, copies = 50;
        for (int round = 0; round < rounds; round++) {
            byte[] initiation = client.initiation();
            long before = server.drops(DropReason.REPLAYED_INITIATION);
            for (int i = 0; i < copies; i++) client.send(initiation);
            byte[] response = client.receive();
            assertThat(client.consume(response).drop()).isNull();
            Await.until(
                    "the copies to be refused",
                    () -> server.drops(DropReason.REPLAYED_INITIATION) == before + copies - 1);
            assertThat(client.socket.waiting()).isZero();
            clock.advance(Duration.ofMillis(20));
        }
    }
}
