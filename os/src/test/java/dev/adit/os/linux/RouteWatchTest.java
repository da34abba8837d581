package dev.adit.os.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.ip.port.Tun;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

class RouteWatchTest {
    private final String name = Host.newName();
    private final String network = Host.newNetwork();
    private final UseCount uses = new UseCount();
    private final BlockingQueue<Long> changes = new LinkedBlockingQueue<>();
    private Tun tun;
    private Wakeup wakeup;
    private RouteWatch watch;
    private Thread thread;

    @BeforeEach
    void open() throws IOException {
        Host.requireTun();
        tun = new LinuxTunFactory().create(name, 1400);
        Host.ip("link set " + name + " up");
        wakeup = new Wakeup();
        watch = new RouteWatch(uses, wakeup, () -> changes.add(System.nanoTime()));
        thread = Thread.ofPlatform().daemon().start(watch);
    }

    @AfterEach
    void close() throws InterruptedException {
        if (watch != null) {
            uses.close();
            wakeup.signal();
            uses.awaitEmpty();
            watch.close();
            wakeup.close();
            assertThat(thread.join(Duration.ofSeconds(Host.PATIENCE))).isTrue();
        }
        if (tun != null) tun.close();
    }

    private void awaitChange() throws InterruptedException {
        assertThat(changes.poll(Host.PATIENCE, TimeUnit.SECONDS)).as("a change").isNotNull();
    }

    @Test
    void hearsOfRoutesRulesAddressesAndInterfaces() throws InterruptedException {
        String prefix = network + ".200/32";
        String[][] pairs = {
            {"route add " + prefix + " dev " + name, "route del " + prefix},
            {"rule add to " + prefix + " lookup main", "rule del to " + prefix + " lookup main"},
            {
                "addr add " + network + ".1/32 dev " + name,
                "addr del " + network + ".1/32 dev " + name
            },
            {"link set " + name + " down", "link set " + name + " up"}
        };
        for (String[] pair : pairs) {
            for (String change : pair) {
                Host.ip(change);
                awaitChange();
            }
        }
    }

    @Test
    void tellsAStormOfChangesInGrowingSteps() throws InterruptedException {
        Host.ip("route add " + network + ".0/24 dev " + name);
        awaitChange();
        changes.clear();
        long start = System.nanoTime();
        for (int i = 0; i < 100; i++) {
            Host.ip("route replace " + network + "." + i + "/32 dev " + name);
        }
        long seconds = 1 + (System.nanoTime() - start) / 1_000_000_000L;
        assertThat(changes.size()).isBetween(1, (int) seconds + 7); // 20, 40, ... 640 ms
    }
}
