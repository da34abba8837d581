package dev.adit.os.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.device.io.Tun;
import dev.adit.protocol.address.Endpoint;
import dev.adit.protocol.address.IpAddress;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.NetworkInterface;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// One endpoint behind two interfaces, between which its route moves.
class RouteWatchTest {
    private final String first = Host.newName(), second = Host.newName();
    private final String network = Host.newNetwork();
    private final Gate gate = new Gate();
    private final BlockingQueue<Boolean> verdicts = new LinkedBlockingQueue<>();
    private Tun firstTun, secondTun;
    private Wakeup wakeup;
    private RouteWatch watch;
    private Thread thread;
    private volatile Endpoint endpoint;

    @BeforeEach
    void open() throws IOException {
        Host.requireTun();
        firstTun = new LinuxTunFactory().create(first, 1400);
        secondTun = new LinuxTunFactory().create(second, 1400);
        for (String name : new String[] {first, second}) Host.ip("link set " + name + " up");
        Host.ip("addr add " + network + ".1/32 dev " + first);
        route(first);
        endpoint = endpoint(first);
        wakeup = new Wakeup();
        watch =
                new RouteWatch(
                        gate, wakeup, () -> 0, strays -> verdicts.add(strays.test(endpoint)));
        thread = Thread.ofPlatform().daemon().start(watch);
    }

    @AfterEach
    void close() throws InterruptedException {
        if (watch != null) {
            gate.close();
            wakeup.signal();
            gate.awaitEmpty();
            watch.close();
            wakeup.close();
            assertThat(thread.join(Duration.ofSeconds(Host.PATIENCE))).isTrue();
        }
        if (firstTun != null) firstTun.close();
        if (secondTun != null) secondTun.close();
    }

    private void route(String device) {
        Host.ip("route replace " + network + ".200/32 dev " + device);
    }

    private Endpoint endpoint(String device) throws IOException {
        int index = NetworkInterface.getByName(device).getIndex();
        return new Endpoint(address(".200"), 51820, 0, address(".1"), index);
    }

    private IpAddress address(String end) {
        return IpAddress.parse(network + end).orElseThrow();
    }

    private boolean verdict() throws InterruptedException {
        Boolean verdict = verdicts.poll(Host.PATIENCE, TimeUnit.SECONDS);
        assertThat(verdict).as("a review").isNotNull();
        return verdict;
    }

    /// The route as it is now is taken note of, and nothing else happens any more.
    private void settle() throws InterruptedException {
        do {
            watch.learn();
        } while (verdict());
        verdicts.clear();
    }

    private void awaitVerdict(boolean wanted) throws InterruptedException {
        boolean found = false;
        for (int i = 0; i < 5 && !found; i++) found = verdict() == wanted;
        assertThat(found).isTrue();
    }

    @Test
    void aSourceIsLeftWhenItsRouteLeadsElsewhere() throws InterruptedException {
        settle();
        route(second);
        awaitVerdict(true);
    }

    @Test
    void aSourceThatPacketsUnderWayBringBackIsLeftAgain() throws InterruptedException {
        settle();
        route(second);
        awaitVerdict(true);
        watch.learn();
        awaitVerdict(true);
    }

    @Test
    void aSourceStaysThatTheRouteNeverLedTo() throws Exception {
        endpoint = endpoint(second); // asked at one interface, answered from another
        settle();
        Host.ip("route add " + network + ".201/32 dev " + second);
        assertThat(verdict()).isFalse();
    }

    @Test
    void aSourceIsLeftWhenItsAddressIsGone() throws InterruptedException {
        settle();
        Host.ip("addr add " + network + ".2/32 dev " + second);
        Host.ip("route add " + network + ".200/32 dev " + second + " metric 9");
        Host.ip("addr del " + network + ".1/32 dev " + first);
        awaitVerdict(true);
    }

    @Test
    void aSourceOfInet6IsLeftToo() throws Exception {
        Host.requireInet6();
        String source = "fd00:ad17:77::1";
        IpAddress local = IpAddress.parse(source).orElseThrow();
        IpAddress remote = IpAddress.parse("fd00:ad17:78::200").orElseThrow();
        Host.ip("addr add " + source + "/128 dev " + first + " nodad");
        Host.ip("-6 route replace fd00:ad17:78::200 dev " + first);
        endpoint = new Endpoint(remote, 51820, 0, local, endpoint(first).sourceInterface());
        settle();
        Host.ip("-6 route replace fd00:ad17:78::200 dev " + second);
        awaitVerdict(true);
    }

    @Test
    void aStormOfChangesIsReviewedOnceASecond() throws InterruptedException {
        settle();
        long start = System.nanoTime();
        for (int i = 0; i < 100; i++) {
            Host.ip("route replace " + network + "." + i + "/32 dev " + second);
        }
        long seconds = 1 + (System.nanoTime() - start) / 1_000_000_000L;
        assertThat(verdicts.size()).isBetween(1, (int) seconds + 1);
    }
}
