package dev.adit.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.device.config.DeviceUpdate;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.wire.Message;
import dev.adit.testkit.Await;
import dev.adit.testkit.DatagramInFlight;
import dev.adit.testkit.DatagramRecorder;
import dev.adit.testkit.FakeClock;
import dev.adit.testkit.FakeNet;
import dev.adit.testkit.IpPackets;
import dev.adit.testkit.NetworkTap;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;

/// Two devices of which one stops, sleeps, or has its clock set.
class TimeTest {
    private final LogCapture log = LogCapture.open();
    private final FakeNet net = new FakeNet();
    private final FakeClock clock = new FakeClock();
    private final FakeClock other = new FakeClock();
    private final DeviceFixture a = DeviceFixture.start(net, clock, "192.0.2.1");
    private final DeviceFixture b = DeviceFixture.start(net, other, "192.0.2.2");
    private final DatagramRecorder wire = net.record();

    @AfterEach
    void close() {
        a.close();
        b.close();
        log.close();
    }

    private void connect() {
        a.add(b, "10.0.0.2/32");
        b.add(a, "10.0.0.1/32");
        reach("first");
        answer("and back");
    }

    private void reach(String text) {
        a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", text));
        assertThat(IpPackets.text(b.tun.receive())).isEqualTo(text);
    }

    private void answer(String text) {
        b.tun.send(IpPackets.packet("10.0.0.2", "10.0.0.1", text));
        assertThat(IpPackets.text(a.tun.receive())).isEqualTo(text);
    }

    private List<Integer> typesFromA() {
        return wire.all(datagram -> datagram.from().equals(a.endpoint())).stream()
                .map(DatagramInFlight::type)
                .toList();
    }

    // ---- a process that is stopped for minutes, which then is woken

    @Test
    void sendsNothingWithASessionThatGotOldWhileItWasStopped() {
        connect();
        wire.clear();
        other.sleep(Duration.ofSeconds(200));
        clock.advance(Duration.ofSeconds(200));
        reach("after a pause");
        assertThat(typesFromA().getFirst()).isEqualTo(Message.INITIATION);
    }

    /// Nothing arrives until the keys are erased: a session that is begun before keeps the old
    /// ones.
    @Test
    void erasesItsKeysAfterALongPause() {
        connect();
        NetworkTap cut = datagram -> false;
        net.tap(cut);
        other.sleep(Duration.ofSeconds(541));
        clock.advance(Duration.ofSeconds(541));
        log.await(a, message -> message.startsWith("Zeroing out keys for peer 1"));
        net.untap(cut);
        reachByRepeating("with new keys");
    }

    /// Sends a packet until one arrives. Handshakes that cross, or come too soon after another, are
    /// repeated only after 5 s.
    private void reachByRepeating(String text) {
        Await.until(
                "\"" + text + "\" to arrive",
                () -> {
                    a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", text));
                    let(Duration.ofSeconds(6));
                    LockSupport.parkNanos(20_000_000); // the handshake takes real time
                    return b.tun.delivered() > 0;
                });
        assertThat(IpPackets.text(b.tun.receive())).isEqualTo(text);
    }

    // ---- a machine that sleeps: time has passed, and nobody was woken

    @Test
    void beginsANewSessionAtOnceAfterASleep() {
        connect();
        wire.clear();
        other.sleep(Duration.ofMinutes(10));
        clock.sleep(Duration.ofMinutes(10));
        reach("after a sleep");
        assertThat(typesFromA().getFirst()).isEqualTo(Message.INITIATION);
        answer("likewise");
    }

    @Test
    void doesNotTakeOldPacketsAfterASleep() {
        connect();
        clock.sleep(Duration.ofMinutes(10));
        b.tun.send(IpPackets.packet("10.0.0.2", "10.0.0.1", "with the old session"));
        a.awaitDrops(DropReason.EXPIRED_SESSION, 1);
        assertThat(a.tun.delivered()).isZero();
        other.sleep(Duration.ofMinutes(10));
        reach("with a new session");
        answer("likewise");
    }

    @Test
    void erasesItsKeysSoonAfterASleep() {
        connect();
        clock.sleep(Duration.ofMinutes(10));
        clock.wake(); // which they do by themselves within half a minute
        log.await(a, message -> message.startsWith("Zeroing out keys for peer 1"));
    }

    // ---- a clock that is set

    @Test
    void isHeardAfterItsClockWasSetBack() {
        connect();
        clock.goWrong(Duration.ofHours(-1));
        for (int i = 0; i < 4; i++) renew("with a new session");
        assertThat(b.drops(DropReason.REPLAYED_INITIATION)).isZero();
        assertThat(log.messages(a, Level.SEVERE))
                .singleElement()
                .asString()
                .contains("The clock was set back by 3");
    }

    @Test
    void isHeardAfterItsClockWasFarAheadForAWhile() {
        clock.goWrong(Duration.ofDays(3650));
        connect();
        clock.goWrong(Duration.ZERO);
        renew("with a new session");
        clock.goWrong(Duration.ofDays(3650)); // once more
        renew("with another");
        clock.goWrong(Duration.ZERO);
        renew("and another");
        assertThat(b.drops(DropReason.REPLAYED_INITIATION)).isZero();
        Await.until("both to be logged", () -> log.messages(a, Level.SEVERE).size() >= 2);
        assertThat(log.messages(a, Level.SEVERE)).hasSize(2);
    }

    @Test
    void isHeardByAPeerThatItWasToldOfAnewAfterItsClockWasSetBack() {
        connect();
        clock.goWrong(Duration.ofHours(-1));
        a.configure(DeviceUpdate.builder().replacePeers());
        let(Duration.ofSeconds(6));
        a.add(b, "10.0.0.2/32");
        reach("as if for the first time");
    }

    @Test
    void saysNothingOfAClockThatIsCorrectedALittle() {
        connect();
        clock.goWrong(Duration.ofMillis(-900));
        let(Duration.ofMillis(100));
        reach("with the same session");
        let(Duration.ofSeconds(181));
        reach("with a new session");
        assertThat(log.messages(a, Level.SEVERE)).isEmpty();
    }

    /// Has A initiate a session. When B is faster, there is another one after that.
    private void renew(String text) {
        wire.clear();
        for (int i = 0; i < MANY; i++) {
            let(Duration.ofSeconds(181));
            reach(text);
            if (typesFromA().contains(Message.INITIATION)) return;
        }
        throw new AssertionError("A has never initiated a session");
    }

    private static final int MANY = 100;

    /// Lets time pass, first for the one that is to answer.
    private void let(Duration pass) {
        other.sleep(pass);
        clock.advance(pass);
        other.wake();
    }
}
