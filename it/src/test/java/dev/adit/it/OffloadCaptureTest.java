package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.it.lab.Await;
import dev.adit.it.lab.Capture;
import dev.adit.it.lab.HashOverTcp;
import dev.adit.it.lab.IpHeaderView;
import dev.adit.it.lab.Netns;
import dev.adit.it.lab.Outcome;
import dev.adit.it.lab.Pair;
import dev.adit.it.lab.Running;
import dev.adit.it.lab.Software;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// What super-packets are cut into: packets of the right sizes with the right checksums, inside the
/// tunnel and outside.
///
/// ```
/// ┌───────────────┐               ┌────────────────────┐               ┌─────┐
/// │ a: offloads   │ :51821        │ b: none, or all    │               │ lan │
/// │ 10.9.0.1      ├───────────────┤ 10.9.0.2           ├───────────────┤     │
/// │               │ 1: outside    │ 2: inside, as cut  │ 3: as the     │     │
/// │               │    the tunnel │    by a            │    kernel cut │     │
/// └───────────────┘               └────────────────────┘    what b     └─────┘
///                                                            merged
/// ```
///
/// The cables have no offloads of their own, so that the kernel has to cut before them.
class OffloadCaptureTest {
    private Pair pair;
    private Netns lan;

    @BeforeEach
    void requireTools() {
        Software.requireTool("ethtool");
        Software.requireTool("tcpdump");
    }

    @AfterEach
    void stop() {
        if (pair != null) pair.close();
        if (lan != null) lan.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void cutsIntoValidPackets(boolean v6) {
        Software ours = Software.subject();
        pair = Pair.start(ours.withOffloads("all"), ours.withOffloads("none")).introduce();
        plain(pair.a().netns(), "eth0");
        pair.assertReaches(pair.a());
        String inside = pair.b().device();
        String from = v6 ? "fd09::1" : "10.9.0.1";
        try (Capture outer = Capture.start(pair.b().netns(), "eth0", "udp and src 192.0.2.1");
                Capture inner = Capture.start(pair.b().netns(), inside, "tcp and src " + from)) {
            transfer(pair.a().netns(), pair.b().netns(), from);
            List<IpHeaderView> sealed = atLeast(outer, 100, 1300);
            assertThat(sealed).allMatch(packet -> packet.length() <= 1500);
            assertThat(sealed).allMatch(IpHeaderView::hasRightChecksums);
            List<IpHeaderView> cut = atLeast(inner, 100, 1300);
            assertThat(cut).allMatch(packet -> packet.length() <= 1420);
            assertThat(cut).allMatch(IpHeaderView::hasRightChecksums);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void mergesIntoWhatTheKernelCutsIntoValidPackets(boolean v6) {
        Software ours = Software.subject();
        pair = Pair.start(ours.withOffloads("all"), ours.withOffloads("all")).introduce();
        lan = Netns.create("lan");
        pair.b().netns().connect("eth1", lan, "eth0");
        pair.b().netns().address("eth1", "10.10.0.1/24", "fd10::1/64");
        lan.address("eth0", "10.10.0.2/24", "fd10::2/64");
        plain(pair.b().netns(), "eth1");
        forward();
        pair.assertReaches(pair.a());
        String from = v6 ? "fd09::1" : "10.9.0.1";
        try (Capture far = Capture.start(lan, "eth0", "tcp and src " + from)) {
            transfer(pair.a().netns(), lan, from);
            List<IpHeaderView> packets = atLeast(far, 100, 1300);
            assertThat(packets).allMatch(packet -> packet.length() <= 1420);
            assertThat(packets).allMatch(IpHeaderView::hasRightChecksums);
        }
    }

    /// Routes between the tunnel and the LAN.
    private void forward() {
        Netns b = pair.b().netns(), a = pair.a().netns();
        b.run("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1");
        lan.run("ip", "route", "add", "default", "via", "10.10.0.1");
        lan.run("ip", "-6", "route", "add", "default", "via", "fd10::1");
        a.run("ip", "route", "add", "10.10.0.0/24", "dev", pair.a().device());
        a.run("ip", "-6", "route", "add", "fd10::/64", "dev", pair.a().device());
        pair.a()
                .set(
                        "peer",
                        pair.b().publicKey(),
                        "allowed-ips",
                        "10.9.0.2/32,fd09::2/128,10.10.0.0/24,fd10::/64");
    }

    /// Takes the offloads from a cable's end, so that what goes into it is whole packets.
    private static void plain(Netns netns, String device) {
        netns.run("ethtool", "-K", device, "tx", "off", "gso", "off", "tso", "off");
    }

    /// Carries 1 MB from the first to the second.
    private static void transfer(Netns from, Netns to, String address) {
        Running server = from.start(HashOverTcp.in(from, "serve", "80", "1000000"));
        from.awaitTcpPort(80);
        Outcome got = HashOverTcp.in(to, "fetch", address, "80").run().ok();
        assertThat(got.out()).isEqualTo(server.outcome(Duration.ofSeconds(30)).ok().out());
    }

    /// What was recorded, once there are `count` packets of at least `length` bytes.
    private static List<IpHeaderView> atLeast(Capture capture, int count, int length) {
        List<IpHeaderView> packets = new ArrayList<>();
        Await.until(
                () -> count + " long packets among " + packets.size(),
                Duration.ofSeconds(10),
                () -> {
                    packets.clear();
                    packets.addAll(capture.packets());
                    return packets.stream().filter(p -> p.length() >= length).count() >= count;
                });
        return packets;
    }
}
