package dev.adit.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.PeerUpdate;
import dev.adit.testkit.Await;
import dev.adit.testkit.FakeClock;
import dev.adit.testkit.FakeNet;
import dev.adit.testkit.FakeNetHost;
import dev.adit.testkit.FakeTun;
import dev.adit.testkit.IpPackets;
import dev.adit.testkit.Keys;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.logging.Level;

/// A device of which one thread fails, each in turn and of whatever: it closes itself, with the
/// cause in its log, and nothing of it goes on.
///
/// [FailureTest] has the same for what its ports throw.
class ThreadFailureTest {
    private final LogCapture log = LogCapture.open();
    private final FakeNet net = new FakeNet();
    private final FakeClock clock = new FakeClock();
    private final DeviceFixture a = DeviceFixture.start(net, clock, "192.0.2.1");
    private final DeviceFixture b = DeviceFixture.start(net, "192.0.2.2", "2001:db8::2");

    @AfterEach
    void close() {
        log.refuse(message -> false);
        a.close();
        b.close();
        log.close();
    }

    private void connect() {
        a.add(b, "10.0.0.2/32");
        b.add(a, "10.0.0.1/32");
        a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", "first"));
        b.tun.receive();
    }

    private static List<Arguments> threadsAndCauses() {
        List<Arguments> all = new ArrayList<>();
        for (String role : List.of("tun", "udp0", "worker0", "timers")) {
            all.add(Arguments.of(role, new IllegalStateException("a bug")));
            all.add(Arguments.of(role, new OutOfMemoryError("Java heap space")));
            all.add(Arguments.of(role, new StackOverflowError()));
            all.add(Arguments.of(role, new AssertionError("a doubt")));
        }
        return all;
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("threadsAndCauses")
    void takesTheDeviceDownWithItsCause(String role, Throwable cause) throws Exception {
        connect();
        clock.failIn(role, cause);
        // Before the packets: the session is old by then, which makes a handshake for the worker.
        clock.advance(Duration.ofSeconds(121));
        clock.wake();
        a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", "for the TUN's reader"));
        b.tun.send(IpPackets.packet("10.0.0.2", "10.0.0.1", "for the socket's reader"));
        assertFailed(cause);
        assertThat(log.thrown(a, "Device failed")).isSameAs(cause);
    }

    private void assertFailed(Throwable cause) throws InterruptedException {
        Await.until("the device to close", () -> a.device.state() == DeviceState.CLOSED);
        a.device.awaitClose();
        assertThat(a.device.failure()).containsSame(cause);
        assertThat(a.host.binds()).isEmpty();
        assertThat(a.tun.isClosed()).isTrue();
        assertThat(a.tun.batchesAlive()).isZero();
        DeviceThreads.awaitNoneOf(a);
        assertThat(a.configuration().privateKey()).isNull();
        assertThatThrownBy(() -> a.device.configure(DeviceUpdate.builder().build()))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void endsWhenItsInterfaceCannotBeFollowed() throws InterruptedException {
        connect();
        Throwable cause = new IllegalStateException("events of interfaces have ended");
        a.tun.fail(cause);
        assertFailed(cause);
        assertThat(log.thrown(a, "Device failed")).isSameAs(cause);
    }

    @Test
    void endsWhenWhoeverOwnsItSaysSo() throws InterruptedException {
        connect();
        Throwable cause = new OutOfMemoryError("in a thread of the configuration socket");
        a.device.fail(cause);
        assertFailed(cause);
    }

    @Test
    void endsWhenNotEvenItsLogTakesTheCause() throws InterruptedException {
        connect();
        OutOfMemoryError cause = new OutOfMemoryError("Java heap space");
        log.refuse(message -> true);
        clock.failIn("tun", cause);
        a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", "meets the error"));
        assertFailed(cause);
    }

    @Test
    void tellsTheCauseOnceThereIsRoomForIt() throws InterruptedException {
        connect();
        OutOfMemoryError cause = new OutOfMemoryError("Java heap space");
        log.refuse(message -> !a.tun.isClosed());
        clock.failIn("tun", cause);
        a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", "meets the error"));
        assertFailed(cause);
        assertThat(log.messages(a, Level.SEVERE))
                .containsExactly("Device failed: java.lang.OutOfMemoryError: Java heap space");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"tun", "udp0", "worker0", "timers"})
    void endsWhenTheSystemHasNoThreadForThat(String role) throws Exception {
        FakeTun tun = new FakeTun("wgthreadless" + role);
        FakeNetHost host = net.host("192.0.2.7");
        ThreadFactory none =
                run -> {
                    throw new OutOfMemoryError("unable to create native thread");
                };
        DeviceBuilder builder = Device.builder().tun(tun).binds(host).threads(none).workers(1);
        Device device = builder.clock(clock, clock).build();
        device.configure(
                DeviceUpdate.builder()
                        .privateKey(Keys.privateKey())
                        .listenPort(DeviceFixture.PORT)
                        .build());
        tun.up();
        device.configure(
                DeviceUpdate.builder()
                        .peer(PeerUpdate.of(b.key).endpoint(b.endpoint()).allow("10.0.0.2/32"))
                        .build());
        Throwable cause = new IllegalStateException("a bug");
        clock.failIn(role, cause);
        tun.send(IpPackets.packet("10.0.0.7", "10.0.0.2", "for the TUN's reader"));
        net.host("192.0.2.8").socket(4000).send(host.at(DeviceFixture.PORT), new byte[148]);
        clock.wake();
        device.awaitClose();
        assertThat(device.failure()).containsSame(cause);
        assertThat(host.binds()).isEmpty();
        assertThat(tun.isClosed()).isTrue();
        assertThat(tun.batchesAlive()).isZero();
        DeviceThreads.awaitNone("adit-wgthreadless");
    }

    @Test
    void endsWithItsInterfaceWhenTheSystemHasNoThreadForThat() throws InterruptedException {
        FakeTun tun = new FakeTun("wgthreadless");
        ThreadFactory none =
                run -> {
                    throw new OutOfMemoryError("unable to create native thread");
                };
        FakeNetHost host = net.host("192.0.2.7");
        Device device = Device.builder().tun(tun).binds(host).threads(none).build();
        tun.up();
        tun.remove();
        device.awaitClose();
        assertThat(device.failure()).isEmpty();
        assertThat(host.binds()).isEmpty();
        DeviceThreads.awaitNone("adit-wgthreadless");
    }

    @Test
    void endsWhenHalfAnUpdateIsApplied() throws InterruptedException {
        connect();
        log.refuse(message -> message.startsWith("Peer 1 destroyed"));
        DeviceUpdate.Builder halfWay = DeviceUpdate.builder().replacePeers();
        assertThatThrownBy(() -> a.device.configure(halfWay.build()))
                .isInstanceOf(OutOfMemoryError.class);
        assertFailed(a.device.failure().orElseThrow());
        assertThat(a.device.failure()).get().isInstanceOf(OutOfMemoryError.class);
    }

    @Test
    void leavesTheOtherEndAlone() throws InterruptedException {
        connect();
        clock.failIn("udp0", new OutOfMemoryError());
        b.tun.send(IpPackets.packet("10.0.0.2", "10.0.0.1", "meets the error"));
        Await.until("the device to close", () -> a.device.state() == DeviceState.CLOSED);
        assertThat(b.device.state()).isEqualTo(DeviceState.UP);
        assertThat(b.device.failure()).isEmpty();
        assertThat(log.messages(b, Level.SEVERE)).isEmpty();
    }
}
