package dev.adit.device.pipeline.send;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.device.event.DeviceListener;
import dev.adit.device.event.DroppedPacket;
import dev.adit.device.pipeline.thread.CurrentBind;
import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpPrefix;
import dev.adit.ip.bytes.ByteOrders;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.keys.PeerIdentity;
import dev.adit.protocol.tunnel.NoActions;
import dev.adit.protocol.tunnel.Peer;
import dev.adit.protocol.tunnel.Tunnel;
import dev.adit.testkit.FakeTun;
import dev.adit.testkit.IpPackets;
import dev.adit.testkit.Keys;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

class OutboundRouterTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final List<String> drops = new ArrayList<>();
    private final Tunnel tunnel = new Tunnel(RANDOM, RANDOM, () -> {});
    private final Peer peer = tunnel.add(Keys.publicKey(Keys.privateKey()), new NoActions());
    private final PacketBatch batch = new PacketBatch(1, 4096);
    private final OutboundRouter router =
            new OutboundRouter(
                    tunnel,
                    new CurrentBind(),
                    new IcmpReplies(new FakeTun("wg0", 1), 1),
                    new DeviceListener() {
                        @Override
                        public void dropped(
                                DropReason reason,
                                PeerIdentity of,
                                int packets,
                                DroppedPacket packet) {
                            drops.add(reason + " " + of + " " + packet.length());
                            assertThat(packet.isInner()).isTrue();
                            assertThat(packet.sender()).isNull();
                        }
                    });

    @AfterEach
    void close() {
        router.close();
        batch.close();
        tunnel.erase();
    }

    private Peer route(byte[] packet) {
        batch.clear();
        batch.add(PacketBatch.HEADROOM, packet.length);
        MemorySegment.copy(
                packet, 0, batch.memory(), ByteOrders.U8, PacketBatch.HEADROOM, packet.length);
        return router.route(0, batch, 0);
    }

    @Test
    void findsThePeerThatHasTheDestination() {
        tunnel.allow(IpPrefix.parse("10.0.0.2/32").orElseThrow(), peer);
        peer.endpoint(Endpoint.parse("192.0.2.2:4000").orElseThrow());
        assertThat(route(IpPackets.packet("10.0.0.1", "10.0.0.2", 60))).isSameAs(peer);
        assertThat(drops).isEmpty();
    }

    @Test
    void dropsWhatCanGoNowhere() {
        tunnel.allow(IpPrefix.parse("10.0.0.2/32").orElseThrow(), peer);
        assertThat(route(IpPackets.packet("10.0.0.1", "10.0.0.2", 60))).isNull();
        assertThat(route(IpPackets.packet("10.0.0.1", "10.0.0.3", 60))).isNull();
        assertThat(route(new byte[60])).isNull();
        assertThat(drops)
                .containsExactly("NO_ENDPOINT peer 1 60", "NO_ROUTE null 60", "NOT_IP null 60");
    }
}
