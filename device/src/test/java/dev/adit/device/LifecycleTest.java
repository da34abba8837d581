package dev.adit.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.PeerUpdate;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.testkit.Await;
import dev.adit.testkit.FakeNet;
import dev.adit.testkit.Gate;
import dev.adit.testkit.IpPackets;
import dev.adit.testkit.Keys;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// Devices under whatever several threads do to them at once.
@Timeout(120)
class LifecycleTest {
    private final FakeNet net = new FakeNet();
    private final DeviceFixture a = DeviceFixture.start(net, "192.0.2.1");
    private final DeviceFixture b = DeviceFixture.start(net, "192.0.2.2");
    private final Crowd crowd = new Crowd();

    @AfterEach
    void close() {
        crowd.dismiss();
        a.close();
        b.close();
        assertThat(a.device.failure()).isEmpty();
        assertThat(b.device.failure()).isEmpty();
    }

    private void connect() {
        a.add(b, "10.0.0.2/32");
        b.add(a, "10.0.0.1/32");
    }

    /// Sends packets both ways until the crowd is dismissed.
    private void startTraffic() {
        crowd.join(
                () -> {
                    if (a.tun.waiting() > 100 || b.tun.waiting() > 100) {
                        LockSupport.parkNanos(50_000);
                        return;
                    }
                    a.tun.discard();
                    b.tun.discard();
                    a.tun.send(
                            IpPackets.packet("10.0.0.1", "10.0.0.2", "there"),
                            IpPackets.packet("10.0.0.1", "10.0.0.2", 1420),
                            IpPackets.packet("10.0.0.1", "10.0.0.77", "nowhere"));
                    b.tun.send(
                            IpPackets.packet("10.0.0.2", "10.0.0.1", "back"),
                            IpPackets.packet("10.0.0.2", "10.0.0.1", 1000));
                });
    }

    private void awaitTraffic() {
        long seen = b.tun.arrivals();
        Await.until("packets at b", () -> b.tun.arrivals() > seen);
    }

    @Test
    void endsInTheStateItsInterfaceIsIn() {
        connect();
        startTraffic();
        for (int i = 0; i < 4; i++) crowd.join(random -> a.tun.set(random.nextBoolean()), 100);
        crowd.await();
        a.tun.down();
        assertThat(a.device.state()).isEqualTo(DeviceState.DOWN);
        assertThat(a.host.binds()).isEmpty();
        a.tun.up();
        assertThat(a.device.state()).isEqualTo(DeviceState.UP);
        assertThat(a.host.binds()).hasSize(1);
    }

    @Test
    void carriesPacketsWhileItIsConfigured() {
        connect();
        startTraffic();
        awaitTraffic();
        PublicKey[] others = new PublicKey[4];
        for (int i = 0; i < others.length; i++) others[i] = Keys.publicKey(Keys.privateKey());
        for (int i = 0; i < 3; i++) {
            crowd.join(
                    random -> {
                        PublicKey other = others[random.nextInt(others.length)];
                        a.configure(someChange(random, other));
                        a.configuration().erase();
                    },
                    300);
        }
        crowd.await();
        a.configure(DeviceUpdate.builder().listenPort(DeviceFixture.PORT));
        a.add(b, "10.0.0.2/32");
        awaitTraffic();
    }

    private DeviceUpdate.Builder someChange(RandomGenerator random, PublicKey other) {
        return switch (random.nextInt(8)) {
            case 0 -> DeviceUpdate.builder().listenPort(0);
            case 1 -> DeviceUpdate.builder().fwmark(random.nextInt());
            case 2 ->
                    DeviceUpdate.builder()
                            .peer(PeerUpdate.of(other).allow("10.0.0.0/8").endpoint(b.endpoint()));
            case 3 -> DeviceUpdate.builder().peer(PeerUpdate.of(other).remove());
            case 4 -> DeviceUpdate.builder().peer(PeerUpdate.of(other).allow("10.0.0.2/32"));
            case 5 ->
                    DeviceUpdate.builder()
                            .peer(
                                    PeerUpdate.of(b.key)
                                            .allow("10.0.0.2/32")
                                            .persistentKeepalive(25));
            case 6 ->
                    DeviceUpdate.builder()
                            .peer(
                                    PeerUpdate.of(b.key)
                                            .endpoint(b.endpoint())
                                            .persistentKeepalive(0));
            default ->
                    DeviceUpdate.builder()
                            .peer(PeerUpdate.of(b.key).presharedKey(Keys.presharedKey()));
        };
    }

    @Test
    void survivesTheRemovalOfAPeerInUse() {
        connect();
        startTraffic();
        for (int round = 0; round < 100; round++) {
            a.configure(DeviceUpdate.builder().replacePeers());
            a.add(b, "10.0.0.2/32");
        }
        crowd.dismiss();
    }

    @Test
    void survivesChangesOfItsKeyUnderLoad() {
        connect();
        startTraffic();
        awaitTraffic();
        for (int round = 0; round < 50; round++) {
            a.configure(DeviceUpdate.builder().privateKey(Keys.privateKey()));
            a.configure(DeviceUpdate.builder().privateKey(a.privateKey));
        }
        crowd.dismiss();
    }

    @Test
    void closesDuringEverything() {
        connect();
        startTraffic();
        awaitTraffic();
        AtomicBoolean closed = new AtomicBoolean();
        for (int i = 0; i < 2; i++) {
            crowd.join(() -> a.tun.set(RandomGenerator.getDefault().nextBoolean()));
            crowd.join(
                    () -> {
                        try {
                            a.device.configure(
                                    DeviceUpdate.builder().listenPort(0).fwmark(3).build());
                        } catch (IllegalStateException e) {
                            if (!closed.get()) throw e;
                        } catch (IOException e) {
                            throw new AssertionError(e);
                        }
                    });
            crowd.join(() -> a.device.configuration().erase());
        }
        awaitTraffic();
        closed.set(true);
        a.device.close();
        assertThat(a.device.state()).isEqualTo(DeviceState.CLOSED);
        assertThat(a.host.binds()).isEmpty();
        DeviceThreads.awaitNoneOf(a);
        assertThat(a.tun.batchesAlive()).isZero();
    }

    @Test
    void closesOnceForAll() throws InterruptedException {
        connect();
        startTraffic();
        awaitTraffic();
        CountDownLatch done = new CountDownLatch(4);
        for (int i = 0; i < 4; i++) {
            Thread.ofPlatform()
                    .start(
                            () -> {
                                a.device.close();
                                assertThat(a.device.state()).isEqualTo(DeviceState.CLOSED);
                                done.countDown();
                            });
        }
        Await.open("four closes", done);
        a.device.awaitClose();
        a.device.close();
        DeviceThreads.awaitNoneOf(a);
    }

    @Test
    void closesForAThreadThatIsInterrupted() {
        connect();
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread closer =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    Thread.currentThread().interrupt();
                                    a.device.close();
                                    interrupted.set(Thread.interrupted());
                                });
        Await.end(closer);
        assertThat(interrupted).isTrue();
        assertThat(a.device.state()).isEqualTo(DeviceState.CLOSED);
        DeviceThreads.awaitNoneOf(a);
    }

    @Test
    void refusesChangesOnceItIsClosed() {
        connect();
        a.device.close();
        assertThatThrownBy(() -> a.device.configure(DeviceUpdate.builder().build()))
                .isInstanceOf(IllegalStateException.class);
        assertThat(a.configuration().privateKey()).isNull();
        assertThat(a.configuration().peers()).isEmpty();
        assertThat(a.device.drops()).isNotEmpty();
        assertThat(a.device.name()).isEqualTo(a.tun.name());
    }

    @Test
    void wakesWhoWaitsForItsEnd() {
        CountDownLatch woken = new CountDownLatch(1);
        Thread waiter =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    try {
                                        a.device.awaitClose();
                                        woken.countDown();
                                    } catch (InterruptedException e) {
                                        throw new AssertionError(e);
                                    }
                                });
        a.device.close();
        Await.open("awaitClose", woken);
        Await.end(waiter);
    }

    // ---- what must not lock up

    @Test
    void closesWhileItsListenerWaitsForTheDevice() {
        // A configuration holds the device, the listener waits for it, and so does close().
        Gate barrier = new Gate();
        a.host.onOpen(barrier::pass);
        Thread configurer =
                Thread.ofPlatform()
                        .start(() -> a.configure(DeviceUpdate.builder().listenPort(4000)));
        barrier.awaitVisitor();
        a.tun.set(false);
        Thread watcher = DeviceThreads.named("fake-" + a.tun.name()).getFirst();
        awaitBlocked(watcher);
        Thread closer = Thread.ofPlatform().start(a.device::close);
        awaitBlocked(closer);
        barrier.open();
        Await.end(closer);
        Await.end(configurer);
        Await.end(watcher);
        DeviceThreads.awaitNoneOf(a);
    }

    @Test
    void closesWhileItsListenerOpensSockets() {
        a.tun.down();
        Gate barrier = new Gate();
        a.host.onOpen(barrier::pass);
        a.tun.set(true);
        barrier.awaitVisitor();
        Thread closer = Thread.ofPlatform().start(a.device::close);
        awaitBlocked(closer);
        barrier.open();
        Await.end(closer);
        DeviceThreads.awaitNoneOf(a);
        assertThat(a.host.binds()).isEmpty();
    }

    @Test
    void closesWhileAPacketIsOnItsWayOut() {
        connect();
        awaitSession();
        Gate barrier = new Gate();
        a.host.onSend((packets, i, to) -> barrier.pass());
        a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", "held up"));
        barrier.awaitVisitor();
        Thread closer = Thread.ofPlatform().start(a.device::close);
        Await.until("the TUN to be closed", a.tun::isClosed);
        Await.until("the socket to be closed", () -> a.host.binds().isEmpty());
        // Its memory is still in use.
        assertThat(a.tun.batchesAlive()).isPositive();
        barrier.open();
        Await.end(closer);
        assertThat(a.tun.batchesAlive()).isZero();
    }

    @Test
    void closesWhileAPacketIsOnItsWayIn() {
        connect();
        Gate barrier = new Gate();
        b.tun.onWrite(barrier::pass);
        a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", "held up"));
        barrier.awaitVisitor();
        Thread closer = Thread.ofPlatform().start(b.device::close);
        Await.until("the TUN to be closed", b.tun::isClosed);
        assertThat(b.tun.batchesAlive()).isPositive();
        barrier.open();
        Await.end(closer);
        assertThat(b.tun.batchesAlive()).isZero();
        assertThat(b.device.failure()).isEmpty();
    }

    @Test
    void closesFromTheThreadThatHearsOfTheRemoval() throws InterruptedException {
        a.tun.remove();
        a.device.awaitClose();
        DeviceThreads.awaitNoneOf(a);
    }

    @Test
    void sendsThroughASocketThatIsBeingClosed() {
        connect();
        awaitSession();
        Gate barrier = new Gate();
        a.host.onSend((packets, i, to) -> barrier.pass());
        a.tun.send(
                IpPackets.packet("10.0.0.1", "10.0.0.2", "p0"),
                IpPackets.packet("10.0.0.1", "10.0.0.2", "p1"));
        barrier.awaitVisitor();
        a.configure(DeviceUpdate.builder().listenPort(4000));
        a.host.onSend((packets, i, to) -> {});
        barrier.open();
        a.awaitDrops(DropReason.SEND_FAILED, 2);
        a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", "after"));
        assertThat(IpPackets.text(b.tun.receive())).isEqualTo("after");
    }

    private void awaitSession() {
        a.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", "first"));
        b.tun.receive();
    }

    private static void awaitBlocked(Thread thread) {
        Await.until(
                thread + " to wait for the device",
                () -> thread.getState() == Thread.State.BLOCKED);
    }

    /// Threads that do something over and over.
    private static final class Crowd {
        private final List<Thread> endless = new ArrayList<>();
        private final List<Thread> finite = new ArrayList<>();
        private final AtomicBoolean dismissed = new AtomicBoolean();
        private final AtomicReference<Throwable> failure = new AtomicReference<>();

        /// Repeats `act` until the crowd is dismissed.
        void join(Runnable act) {
            endless.add(
                    start(
                            () -> {
                                while (!dismissed.get()) act.run();
                            }));
        }

        /// Does `act` so many times.
        void join(Consumer<RandomGenerator> act, int times) {
            RandomGenerator random = new SplittableRandom(finite.size());
            finite.add(
                    start(
                            () -> {
                                for (int i = 0; i < times; i++) act.accept(random);
                            }));
        }

        private Thread start(Runnable work) {
            return Thread.ofPlatform()
                    .daemon()
                    .name("crowd")
                    .start(
                            () -> {
                                try {
                                    work.run();
                                } catch (Throwable e) {
                                    failure.compareAndSet(null, e);
                                }
                            });
        }

        /// Waits for those that do something a number of times.
        void await() {
            finite.forEach(Await::end);
            check();
        }

        /// Ends all.
        void dismiss() {
            dismissed.set(true);
            endless.forEach(Await::end);
            finite.forEach(Await::end);
            check();
        }

        private void check() {
            if (failure.get() != null) throw new AssertionError("in the crowd", failure.get());
        }
    }
}
