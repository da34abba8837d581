package dev.adit.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.PeerUpdate;
import dev.adit.ip.address.Endpoint;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.protocol.tunnel.Tunnel;
import dev.adit.testkit.FakeClock;
import dev.adit.testkit.FakeNet;
import dev.adit.testkit.FakeNetHost;
import dev.adit.testkit.FakeNetSocket;
import dev.adit.testkit.IpPackets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;

/// Packets to thousands of peers that do not answer.
@Timeout(120)
class SilentPeersTest {
    private static final int PEERS = 3_000;
    private static final int LENGTH = 1420;

    /// More than all peers together may hold, and less than each of them may.
    private static final int PACKETS = (int) (Tunnel.MAX_STAGED / LENGTH / PEERS) * 3 / 2;

    @Test
    void takeNoMoreThanTheirShareAndNothingOfOthers() {
        FakeNet net = new FakeNet();
        FakeClock clock = new FakeClock();
        FakeNetHost silent = net.host("192.0.2.9");
        try (DeviceFixture site = DeviceFixture.start(net, clock, "192.0.2.1");
                FakeNetSocket nobody = silent.socket(4000);
                ManualPeer peer = new ManualPeer(net.host("192.0.2.2"), 4000, site)) {
            site.configure(peers(silent.at(4000)));
            site.configure(
                    DeviceUpdate.builder()
                            .peer(
                                    PeerUpdate.of(peer.key)
                                            .endpoint(peer.endpoint)
                                            .allow("10.1.0.1/32")));
            site.tun.send(IpPackets.packet("10.1.0.9", "10.1.0.1", "before"));
            for (int i = 0; i < PACKETS; i++) sweep(site);
            site.tun.send(IpPackets.packet("10.1.0.9", "10.1.9.9", "after"));
            site.awaitDrops(DropReason.NO_ROUTE, 1);

            assertThat(site.drops(DropReason.STAGED_OVERFLOW))
                    .isBetween(PEERS * PACKETS / 8L, PEERS * PACKETS * 2L / 3);
            peer.send(peer.answer(peer.receive()));
            assertThat(new String(peer.open(peer.receive()))).contains("before");
            assertThat(nobody.waiting()).isPositive();
        }
    }

    private static void sweep(DeviceFixture site) {
        for (int i = 0; i < PEERS; i++) {
            site.tun.send(IpPackets.packet("10.1.0.9", address(i), LENGTH));
        }
    }

    private static DeviceUpdate.Builder peers(Endpoint endpoint) {
        SplittableRandom random = new SplittableRandom(1);
        DeviceUpdate.Builder change = DeviceUpdate.builder();
        byte[] key = new byte[PublicKey.LENGTH];
        for (int i = 0; i < PEERS; i++) {
            random.nextBytes(key);
            change.peer(
                    PeerUpdate.of(new PublicKey(MemorySegment.ofArray(key), 0))
                            .endpoint(endpoint)
                            .allow(address(i) + "/32"));
        }
        return change;
    }

    private static String address(int i) {
        return "10.2." + i / 256 + "." + i % 256;
    }
}
