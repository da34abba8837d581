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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

class RouteWatchTest {
    private final String name = Host.newName();
    private final String network = Host.newNetwork();
    private final UseCount uses = new UseCount();
    private final BlockingQueue<Long> changes = new LinkedBlockingQueue<>();
    private final AtomicInteger lookups = new AtomicInteger(Integer.MAX_VALUE - 5); // overflows
    private volatile int lookupsPerChange = 1;
    private volatile RuntimeException failure; // of the next change
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
        watch = new RouteWatch(uses, wakeup, this::changed, lookups::get);
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

    private void changed() {
        RuntimeException thrown = failure;
        failure = null;
        if (thrown != null) throw thrown;
        changes.add(System.nanoTime());
        lookups.addAndGet(lookupsPerChange);
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

    /// However long that goes on.
    @Test
    void tellsChangesThatFollowOneAnotherEachAtOnce() throws InterruptedException {
        long start = System.nanoTime();
        for (int i = 0; i < 40; i++) {
            Host.ip("route replace " + network + "." + i + "/32 dev " + name);
            awaitChange();
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void tellsAStormOfChangesAtMostFiftyTimesASecond() throws InterruptedException {
        assertThat(toldInAStorm(20)).isBetween(1L, 60L);
    }

    @Test
    void tellsAStormOfChangesOnceASecondWhereEachMakesManyLookups() throws InterruptedException {
        lookupsPerChange = 1_000_000;
        assertThat(toldInAStorm(1000)).isBetween(1L, 3L);
    }

    /// How often changes are told in a second, or a little more, of a storm.
    ///
    /// @param pause the milliseconds between, at least
    private long toldInAStorm(int pause) throws InterruptedException {
        Host.ip("route add " + network + ".0/24 dev " + name);
        awaitChange();
        long start = System.nanoTime();
        int i = 0;
        do {
            Host.ip("route replace " + network + "." + i++ % 256 + "/32 dev " + name);
        } while (System.nanoTime() - start < 1_000_000_000L);
        long told = changes.size();
        long most = 1 + (System.nanoTime() - start) / 1_000_000 / pause;
        assertThat(told).isLessThanOrEqualTo(most + 1);
        return told * 1_000_000_000L / (System.nanoTime() - start) + 1;
    }

    @Test
    void goesOnOnceASecondAndSaysSoWhenItFails() throws InterruptedException {
        IllegalStateException bug = new IllegalStateException("a bug");
        BlockingQueue<LogRecord> log = new LinkedBlockingQueue<>();
        Handler handler = handler(log);
        LOG.addHandler(handler);
        LOG.setUseParentHandlers(false);
        try {
            failure = bug;
            Host.ip("route add " + network + ".0/24 dev " + name);
            LogRecord told = log.poll(Host.PATIENCE, TimeUnit.SECONDS);
            assertThat(told.getLevel()).isEqualTo(Level.WARNING);
            assertThat(told.getThrown()).isSameAs(bug);
            for (int i = 0; i < 2; i++) awaitChange(); // with no further event
            assertThat(thread.isAlive()).isTrue();
        } finally {
            LOG.removeHandler(handler);
            LOG.setUseParentHandlers(true);
        }
    }

    private static Handler handler(BlockingQueue<LogRecord> log) {
        return new Handler() {
            @Override
            public void publish(LogRecord entry) {
                log.add(entry);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
    }

    private static final Logger LOG = Logger.getLogger("adit.routes");
}
