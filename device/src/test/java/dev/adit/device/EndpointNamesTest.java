package dev.adit.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.EndpointName;
import dev.adit.device.config.PeerUpdate;
import dev.adit.device.config.Resolution;
import dev.adit.device.resolve.FakeNames;
import dev.adit.ip.address.Endpoint;
import dev.adit.protocol.wire.Message;
import dev.adit.testkit.Await;
import dev.adit.testkit.DatagramInFlight;
import dev.adit.testkit.DatagramRecorder;
import dev.adit.testkit.FakeClock;
import dev.adit.testkit.FakeNet;
import dev.adit.testkit.IpPackets;
import dev.adit.testkit.SendFault;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;

/// A peer that is known by name, and moves.
class EndpointNamesTest {
    private final LogCapture log = LogCapture.open();
    private final FakeNet net = new FakeNet();
    private final FakeClock clock = new FakeClock();
    private final FakeNames names = new FakeNames().host("vpn", "192.0.2.2");
    private final DeviceFixture a = DeviceFixture.startWithNames(net, clock, names, "192.0.2.1");
    private final DeviceFixture b = DeviceFixture.start(net, clock, "192.0.2.2");
    private final DatagramRecorder wire = net.record();

    @AfterEach
    void close() {
        names.release();
        a.close();
        b.close();
        log.close();
    }

    private void introduce() {
        a.configure(
                DeviceUpdate.builder()
                        .peer(
                                PeerUpdate.of(b.key)
                                        .endpoint(b.endpoint())
                                        .endpointName(new EndpointName("vpn", DeviceFixture.PORT))
                                        .allow("10.0.0.2/32")));
        b.configure(DeviceUpdate.builder().peer(PeerUpdate.of(a.key).allow("10.0.0.1/32")));
    }

    private void send(String text) {
        a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", text));
    }

    /// Lets as much time pass as one initiation is waited for.
    private void awaitInitiations(int count) {
        wire.await("an initiation", count, sent -> sent.type() == Message.INITIATION);
        clock.advance(RETRY);
    }

    private void awaitAt(String address) {
        Endpoint there = Endpoint.parse(address + ":" + DeviceFixture.PORT).orElseThrow();
        Await.until(
                address,
                () -> a.peer(b).endpoint() != null && a.peer(b).endpoint().sameRemote(there));
    }

    @Test
    void aPeerThatDoesNotAnswerIsFoundWhereItsNameLeads() {
        b.host.move("203.0.113.9");
        names.host("vpn", "203.0.113.9");
        a.configure(
                DeviceUpdate.builder()
                        .peer(
                                PeerUpdate.of(b.key)
                                        .endpoint(Endpoint.parse("192.0.2.2:51820").orElseThrow())
                                        .endpointName(new EndpointName("vpn", DeviceFixture.PORT))
                                        .allow("10.0.0.2/32")));
        b.configure(DeviceUpdate.builder().peer(PeerUpdate.of(a.key).allow("10.0.0.1/32")));
        send("hello");
        awaitInitiations(1);
        awaitInitiations(2);
        awaitAt("203.0.113.9");
        // The third is under way to either place.
        DatagramInFlight third =
                wire.await("it", 3, sent -> sent.type() == Message.INITIATION).getLast();
        if (!third.to().sameRemote(b.endpoint())) clock.advance(RETRY);
        assertThat(IpPackets.text(b.tun.receive())).isEqualTo("hello");
        log.await(
                a,
                "Endpoint of peer 1: vpn:51820 is now 203.0.113.9:51820, and was 192.0.2.2:51820");
    }

    @Test
    void trafficThatNeverEndsDoesNotHideTheSilence() {
        introduce();
        b.host.move("203.0.113.9");
        names.host("vpn", "203.0.113.9");
        for (int second = 0; second <= 10; second++) {
            send("a packet every second");
            int initiations = 1 + second / 5;
            wire.await("it", initiations, sent -> sent.type() == Message.INITIATION);
            assertThat(names.asked()).isLessThanOrEqualTo(second / 10);
            clock.advance(Duration.ofSeconds(1));
        }
        awaitAt("203.0.113.9");
        // The thread that tells it may see the last second, too.
        log.await(a, message -> message.matches("No answer from peer 1 for 1[01] seconds"));
    }

    @Test
    void anAddressToWhichThereIsNoWayIsLeftForTheNextOne() {
        names.host("vpn", "192.0.2.2", "203.0.113.9");
        b.host.move("203.0.113.9");
        a.host.onSend(
                (packets, i, to) -> {
                    if (!to.sameRemote(b.endpoint())) throw SendFault.unreachable(i);
                });
        a.configure(
                DeviceUpdate.builder()
                        .peer(
                                PeerUpdate.of(b.key)
                                        .endpoint(Endpoint.parse("192.0.2.2:51820").orElseThrow())
                                        .endpointName(new EndpointName("vpn", DeviceFixture.PORT))
                                        .allow("10.0.0.2/32")));
        b.configure(DeviceUpdate.builder().peer(PeerUpdate.of(a.key).allow("10.0.0.1/32")));
        send("hello");
        awaitAt("203.0.113.9"); // without any time passing
        clock.advance(RETRY);
        assertThat(IpPackets.text(b.tun.receive())).isEqualTo("hello");
    }

    @Test
    void aPeerThatFallsSilentIsFoundWithoutANewHandshake() {
        introduce();
        send("here");
        assertThat(IpPackets.text(b.tun.receive())).isEqualTo("here");
        b.host.onSend(
                (packets, i, to) -> {
                    throw SendFault.unreachable(i); // else its keepalive would tell where it is
                });
        b.host.move("203.0.113.9");
        names.host("vpn", "203.0.113.9");
        clock.advance(Duration.ofSeconds(1));
        send("lost");
        wire.await("it, after the first", 2, sent -> sent.bytes().length == 32 + 32);
        clock.advance(Duration.ofMillis(15_400));
        awaitAt("203.0.113.9");
        send("there");
        assertThat(IpPackets.text(b.tun.receive())).isEqualTo("there");
    }

    @Test
    void aNumericEndpointForgetsTheName() {
        introduce();
        assertThat(a.device.notes().endpointName(b.key)).hasToString("Optional[vpn:51820]");
        a.configure(DeviceUpdate.builder().peer(PeerUpdate.of(b.key).endpoint(b.endpoint())));
        assertThat(a.device.notes().endpointName(b.key)).isEmpty();
        assertThat(a.device.resolve(List.of())).isEmpty();
        assertThat(names.asked()).isZero();
    }

    @Test
    void aPeerThatIsRemovedTakesItsNameAlong() {
        introduce();
        a.configure(DeviceUpdate.builder().peer(PeerUpdate.of(b.key).remove()));
        a.configure(DeviceUpdate.builder().peer(PeerUpdate.of(b.key)));
        assertThat(a.device.notes().endpointName(b.key)).isEmpty();
    }

    @Test
    void onDemandAPeerIsFoundAtOnce() {
        introduce();
        send("here");
        assertThat(IpPackets.text(b.tun.receive())).isEqualTo("here");
        b.host.move("203.0.113.9");
        names.host("vpn", "203.0.113.9");
        Resolution found = a.device.resolve(List.of()).getFirst();
        assertThat(found.moved()).isTrue();
        assertThat(found.endpoint()).hasToString("203.0.113.9:51820");
        send("there");
        assertThat(IpPackets.text(b.tun.receive())).isEqualTo("there");
    }

    @Test
    void aResolverThatHangsHoldsNobodyUp() {
        introduce();
        send("here");
        assertThat(IpPackets.text(b.tun.receive())).isEqualTo("here");
        names.hang("vpn");
        b.host.onSend(
                (packets, i, to) -> {
                    throw SendFault.unreachable(i);
                });
        b.host.move("203.0.113.9");
        send("lost");
        wire.await("it, after the first", 2, sent -> sent.bytes().length == 32 + 32);
        clock.advance(Duration.ofMillis(15_400));
        Await.until("it hangs", () -> names.hung() == 1);
        a.configure(DeviceUpdate.builder().peer(PeerUpdate.of(b.key).endpoint(b.endpoint())));
        send("there");
        assertThat(IpPackets.text(b.tun.receive())).isEqualTo("there");
        a.device.close();
        assertThat(a.device.failure()).isEmpty();
    }

    @Test
    void whenItIsOffNobodyIsAsked() {
        a.configure(DeviceUpdate.builder().resolveNames(false));
        assertThat(a.device.notes().resolveNames()).isFalse();
        introduce();
        b.host.move("203.0.113.9");
        send("hello");
        for (int i = 1; i <= 4; i++) awaitInitiations(i);
        log.await(a, m -> m.endsWith("retrying (try 5)"));
        assertThat(names.asked()).isZero();
    }

    private static final Duration RETRY = Duration.ofMillis(5334);
}
