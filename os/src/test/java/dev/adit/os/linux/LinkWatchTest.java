package dev.adit.os.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.ip.port.Tun;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

class LinkWatchTest {
    private final String name = Host.newName();
    private final TunEventLog events = new TunEventLog();
    private Tun tun;

    @BeforeEach
    void open() throws IOException {
        Host.requireTun();
        tun = new LinuxTunFactory().create(name, 1420);
    }

    @AfterEach
    void close() {
        if (tun != null) tun.close();
        events.expectNothing();
    }

    private void watch() throws InterruptedException {
        tun.watch(events);
        events.expect("mtu 1420", "down");
    }

    @Test
    void reportsTheStateThatIsThere() throws InterruptedException {
        Host.ip("link set " + name + " mtu 1300 up");
        tun.watch(events);
        events.expect("mtu 1300", "up");
    }

    @Test
    void reportsEveryChange() throws InterruptedException {
        watch();
        for (int i = 0; i < 3; i++) {
            Host.ip("link set " + name + " up");
            Host.ip("link set " + name + " down");
        }
        Host.ip("link set " + name + " mtu 1280");
        Host.ip("link set " + name + " up");
        events.expect("up", "down", "up", "down", "up", "down", "mtu 1280", "up");
    }

    @Test
    void hearsNothingOfOtherInterfaces() throws InterruptedException {
        watch();
        String other = Host.newName();
        Host.ip("tuntap add mode tun dev " + other);
        Host.ip("link set " + other + " mtu 1000 up");
        Host.ip("link del " + other);
        Host.ip("link set " + name + " up");
        events.expect("up");
    }

    @Test
    void followsARename() throws InterruptedException {
        watch();
        String second = Host.newName();
        Host.ip("link set " + name + " name " + second);
        Host.ip("link set " + second + " up");
        events.expect("up");
        Host.ip("tuntap add mode tun dev " + name); // takes the old name
        try {
            Host.ip("link set " + name + " up");
            Host.ip("link set " + second + " mtu 1300");
            events.expect("mtu 1300");
        } finally {
            Host.ip("link del " + name);
        }
    }

    @Test
    void reportsTheRemoval() throws InterruptedException {
        watch();
        Host.ip("link set " + name + " up");
        Host.ip("link del " + name);
        events.expect("up", "down", "removed");
    }

    @Test
    void reportsTheRemovalThatCameFirst() throws InterruptedException {
        Host.ip("link del " + name);
        tun.watch(events);
        events.expect("removed");
    }

    @Test
    void followsFromNamespaceToNamespace() throws Exception {
        Host.requireNamespaces();
        List<String> before = Host.namespacesOfThreads();
        watch();
        Host.ip("link set " + name + " up");
        events.expect("up");
        try (Host.Namespace first = new Host.Namespace();
                Host.Namespace second = new Host.Namespace()) {
            Host.ip("link set " + name + " netns " + first.name());
            events.expect("down");
            first.ip("link set " + name + " up");
            events.expect("up");
            first.ip("link set " + name + " mtu 1300");
            events.expect("mtu 1300");

            first.ip("link set " + name + " netns " + second.name());
            events.expect("down");
            String renamed = Host.newName();
            second.ip("link set " + name + " name " + renamed);
            second.ip("link set " + renamed + " up");
            events.expect("up");

            second.ip("link set " + renamed + " netns " + ProcessHandle.current().pid());
            events.expect("down");
            Host.ip("link set " + renamed + " up");
            Host.ip("link set " + renamed + " mtu 1310");
            events.expect("up", "mtu 1310");
        }
        assertThat(Host.namespacesOfThreads()).isEqualTo(before).hasSize(1);
    }

    @Test
    void startsInAnotherNamespace() throws InterruptedException {
        Host.requireNamespaces();
        try (Host.Namespace first = new Host.Namespace();
                Host.Namespace second = new Host.Namespace()) {
            Host.ip("link set " + name + " netns " + first.name());
            first.ip("link set " + name + " netns " + second.name());
            second.ip("link set " + name + " up");
            tun.watch(events);
            events.expect("mtu 1420", "up");
            second.ip("link set " + name + " down");
            events.expect("down");
            second.ip("link del " + name);
            events.expect("removed");
        }
    }

    @Test
    void losesTheInterfaceWithItsNamespace() throws InterruptedException {
        Host.requireNamespaces();
        watch();
        try (Host.Namespace elsewhere = new Host.Namespace()) {
            Host.ip("link set " + name + " netns " + elsewhere.name());
            elsewhere.ip("link set " + name + " up");
            events.expect("up");
            elsewhere.delete();
            events.expect("removed");
        }
    }

    @Test
    void isSilentOnceClosed() throws InterruptedException {
        watch();
        tun.close();
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().equals("adit-" + name + "-watch"));
    }

    @Test
    void mayBeClosedByTheListener() throws InterruptedException {
        CountDownLatch closed = new CountDownLatch(1);
        tun.watch(
                new Tun.Listener() {
                    @Override
                    public void state(boolean up) {
                        events.state(up);
                    }

                    @Override
                    public void mtu(int mtu) {
                        events.mtu(mtu);
                        tun.close();
                        closed.countDown();
                    }

                    @Override
                    public void removed() {
                        events.removed();
                    }

                    @Override
                    public void failed(Throwable cause) {
                        events.failed(cause);
                    }
                });

        assertThat(closed.await(Host.PATIENCE, TimeUnit.SECONDS)).isTrue();
        events.expect("mtu 1420");
        assertThat(
                        Host.eventually(
                                () ->
                                        Thread.getAllStackTraces().keySet().stream()
                                                .noneMatch(t -> t.getName().contains(name + "-"))))
                .isTrue();
    }

    @Test
    void saysSoWhenItFails() throws InterruptedException {
        tun.watch(
                new Tun.Listener() {
                    @Override
                    public void state(boolean up) {
                        events.state(up);
                    }

                    @Override
                    public void mtu(int mtu) {
                        throw new OutOfMemoryError("of a listener");
                    }

                    @Override
                    public void removed() {
                        events.removed();
                    }

                    @Override
                    public void failed(Throwable cause) {
                        events.failed(cause);
                    }
                });
        events.expect("failed: java.lang.OutOfMemoryError: of a listener");
    }

    @Test
    void watchesForOneListener() throws InterruptedException {
        watch();
        assertThatThrownBy(() -> tun.watch(new TunEventLog()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(name);
    }

    @Test
    void runsInADaemonThreadOfItsName() throws InterruptedException {
        watch();
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().equals("adit-" + name + "-watch"))
                .singleElement()
                .matches(Thread::isDaemon);
    }
}
