package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.it.lab.Await;
import dev.adit.it.lab.Host;
import dev.adit.it.lab.Netns;
import dev.adit.it.lab.Software;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;

/// Two tunnels of one host, each of which is led into the other by mistake: what one seals, the
/// other seals again, so that no packet looks like one that was there before.
///
/// ```
/// ┌─ near: ours ────────────────────┐                       ┌─ far: another ─────────┐
/// │ first   10.8.0.1 ──► 192.0.2.2  │                       │ 192.0.2.2   10.8.0.2   │
/// │ second  10.9.0.1 ──► 192.0.2.3  ├───────────────────────┤ 192.0.2.3   10.9.0.2   │
/// └─────────────────────────────────┘ 192.0.2.1             └────────────────────────┘
/// ```
class NestedLoopTest {
    private Netns near, far;
    private Host first, second;

    @AfterEach
    void stop() {
        if (near != null) near.close();
        if (far != null) far.close();
    }

    @Test
    void aLoopThroughTwoTunnelsEndsByItself() {
        start();
        near.run("ip", "route", "add", "192.0.2.2/32", "dev", second.device());
        near.run("ip", "route", "add", "192.0.2.3/32", "dev", first.device());
        long before = bytes();
        near.command("ping", "-n", "-q", "-c", "10", "-i", "0.05", "-W", "1", "10.8.0.2").run();
        Await.pass(Duration.ofSeconds(1)); // a storm would go on
        assertThat(bytes() - before).isLessThan(100_000);
        assertThat(first.drops("routing-loop") + second.drops("routing-loop")).isPositive();

        near.run("ip", "route", "del", "192.0.2.2/32", "dev", second.device());
        Await.until(
                () -> first.report() + second.report(),
                Duration.ofSeconds(10),
                () -> near.pings("10.8.0.2", 1));
        // A tunnel inside of another is no loop.
        Await.until(
                () -> first.report() + second.report(),
                Duration.ofSeconds(10),
                () -> near.pings("10.9.0.2", 1));
    }

    private long bytes() {
        return near.statistic(first.device(), "tx_bytes")
                + near.statistic(second.device(), "tx_bytes");
    }

    private void start() {
        near = Netns.create("n");
        far = Netns.create("f");
        near.connect("eth0", far, "eth0");
        near.address("eth0", "192.0.2.1/24");
        far.address("eth0", "192.0.2.2/24", "192.0.2.3/24");
        first = tunnel("10.8.0", 51820, "192.0.2.2");
        second = tunnel("10.9.0", 51821, "192.0.2.3");
    }

    private Host tunnel(String network, int port, String endpoint) {
        Software ours = Software.subject().requiredToDo("recognise loops");
        Host here = Host.start(near, ours, port).address(network + ".1/24").up();
        Host there = Host.start(far, Software.other(), port).address(network + ".2/24").up();
        there.set("peer", here.publicKey(), "allowed-ips", network + ".1/32,192.0.2.1/32");
        here.set(
                "peer",
                there.publicKey(),
                "allowed-ips",
                "0.0.0.0/0",
                "endpoint",
                endpoint + ":" + port);
        assertThat(near.pings(network + ".2", 5)).as(here::report).isTrue();
        return here;
    }
}
