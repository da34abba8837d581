package dev.adit.protocol.tunnel;

import static dev.adit.protocol.sim.MessageKind.INITIATION;
import static dev.adit.protocol.sim.MessageKind.KEEPALIVE;
import static dev.adit.protocol.sim.MessageKind.RESPONSE;
import static dev.adit.protocol.sim.Scenario.scenarios;
import static dev.adit.testing.Packets.address;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.ip.address.IpPrefix;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.sim.PaperConstants;
import dev.adit.protocol.sim.SimNetwork;
import dev.adit.protocol.sim.SimTunnel;
import dev.adit.protocol.sim.Timeline;
import dev.adit.testing.Packets;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Paper §2: cryptokey routing, in both directions.
class RoutingTest {
    private final SimNetwork network = new SimNetwork(1);
    private final SimTunnel us = network.tunnel();
    private final SimTunnel one = network.tunnel(), two = network.tunnel();
    private final Peer toOne = us.knows(one), toTwo = us.knows(two);

    // Out of the interface

    @Test
    void aPacketGoesToThePeerWithTheLongestPrefixOfItsDestination() {
        allow("10.99.0.0/16", toOne);
        allow("10.99.7.0/24", toTwo);
        allow("10.99.7.7/32", toOne);
        assertRouted("10.99.1.1", toOne);
        assertRouted("10.99.7.1", toTwo);
        assertRouted("10.99.7.7", toOne);
        assertRouted("10.98.0.1", null);
        allow("fd99::/16", toOne);
        allow("fd99:7::/32", toTwo);
        assertRouted("fd99:1::1", toOne);
        assertRouted("fd99:7::1", toTwo);
        assertRouted("fd98::1", null);
    }

    // Paper §2
    @Test
    void theDefaultRoutesOfBothFamiliesAreIndependent() {
        allow("0.0.0.0/0", toOne);
        assertRouted("1.2.3.4", toOne);
        assertRouted("255.255.255.255", toOne);
        assertRouted("2001:db8::1", null);
        allow("::/0", toTwo);
        assertRouted("1.2.3.4", toOne);
        assertRouted("2001:db8::1", toTwo);
        assertRouted("::", toTwo);
        us.tunnel().disallow(prefix("0.0.0.0/0"), toOne);
        assertRouted("1.2.3.4", null);
        assertRouted("2001:db8::1", toTwo);
    }

    @Test
    void whatNobodyHasIsDropped() {
        us.write(Packets.udp(us.inner4(), address("172.16.0.1"), new byte[8]));
        us.write(Packets.udp(us.inner6(), address("2001:db8::1"), new byte[8]));
        assertThat(us.dropped(DropReason.NO_ROUTE)).isEqualTo(2);
        us.write(new byte[19], new byte[40], new byte[0]);
        assertThat(us.dropped(DropReason.NOT_IP)).isEqualTo(3);
        assertThat(us.sent()).isEmpty();
    }

    @Test
    void aBatchIsSplitByPeer() {
        one.knows(us);
        two.knows(us);
        byte[][] packets = new byte[40][];
        for (int i = 0; i < 40; i++) {
            SimTunnel to = i % 3 == 0 ? one : two;
            packets[i] = Packets.udp(us.inner4(), to.inner4(), new byte[i + 8]);
        }
        us.write(packets);
        network.run(PaperConstants.SECOND);
        assertThat(one.delivered()).hasSize(14);
        assertThat(two.delivered()).hasSize(26);
        for (int i = 0, next = 0; i < 40; i++) {
            if (i % 3 != 0) continue;
            assertThat(one.delivered().get(next++).packet()).isEqualTo(packets[i]);
        }
    }

    // Paper §2: moves

    @Test
    void aPrefixBelongsToWhoeverGotItLast() {
        allow("10.99.0.0/16", toOne);
        allow("10.99.0.0/16", toTwo);
        assertRouted("10.99.0.1", toTwo);
        assertThat(prefixes(toOne)).doesNotContain("10.99.0.0/16");
        assertThat(prefixes(toTwo)).contains("10.99.0.0/16");
        us.tunnel().disallow(prefix("10.99.0.0/16"), toOne); // has it no more
        assertRouted("10.99.0.1", toTwo);
        us.tunnel().disallow(prefix("10.99.0.0/16"), toTwo);
        assertRouted("10.99.0.1", null);
    }

    @Test
    void hostBitsAreNoPartOfAPrefix() {
        allow("10.99.0.5/24", toOne);
        assertThat(prefixes(toOne)).contains("10.99.0.0/24");
        allow("10.99.0.77/24", toTwo);
        assertThat(prefixes(toOne)).doesNotContain("10.99.0.0/24");
    }

    @Test
    void prefixesAreListedInTheOrderInWhichTheyWereAdded() {
        us.tunnel().disallowAll(toOne);
        assertThat(prefixes(toOne)).isEmpty();
        for (String p : List.of("10.9.0.0/16", "10.8.0.0/16", "fd00::/8", "10.7.0.0/16")) {
            allow(p, toOne);
        }
        allow("10.8.0.0/16", toOne); // has it already
        assertThat(prefixes(toOne))
                .containsExactly("10.9.0.0/16", "10.8.0.0/16", "fd00::/8", "10.7.0.0/16");
    }

    @Test
    void aListOfPrefixesTakesThePlaceOfAnother() {
        allow("10.99.0.0/16", toTwo);
        only(toOne, "10.9.0.0/16", "10.8.0.0/16", "10.99.0.0/16");
        only(toOne, "10.8.0.0/16", "10.99.0.0/16", "10.7.0.0/16");
        assertThat(prefixes(toOne)).containsExactly("10.8.0.0/16", "10.99.0.0/16", "10.7.0.0/16");
        assertThat(prefixes(toTwo)).doesNotContain("10.99.0.0/16");
        assertRouted("10.99.0.1", toOne);
        assertRouted("10.9.0.1", null);
        only(toOne);
        assertThat(prefixes(toOne)).isEmpty();
        assertRouted("10.99.0.1", null);
        us.tunnel().remove(toOne);
        only(toOne, "10.6.0.0/16");
        assertRouted("10.6.0.1", null);
    }

    private void only(Peer peer, String... prefixes) {
        Set<IpPrefix> all = new LinkedHashSet<>();
        for (String prefix : prefixes) all.add(prefix(prefix));
        us.tunnel().allowOnly(all, peer);
    }

    @Test
    void withoutPrefixesNothingIsRouted() {
        us.tunnel().disallowAll(toOne);
        assertRouted(one.inner4().toString(), null);
        assertRouted(two.inner4().toString(), toTwo);
    }

    @Test
    void aRemovedPeerHasNoPrefixes() {
        allow("10.99.0.0/16", toOne);
        allow("::/0", toOne);
        us.tunnel().remove(toOne);
        assertRouted("10.99.0.1", null);
        assertRouted("fd99::1", null);
        assertThat(us.tunnel().allowedIps(toOne)).isEmpty();
    }

    @Test
    void aRemovedPeerGetsNoPrefixes() {
        allow("10.99.0.0/16", toTwo);
        us.tunnel().remove(toOne);
        allow("10.99.0.0/16", toOne);
        allow("10.98.0.0/16", toOne);
        us.tunnel().disallow(prefix("10.99.0.0/16"), toOne);
        us.tunnel().disallowAll(toOne);
        assertRouted("10.99.0.1", toTwo);
        assertRouted("10.98.0.1", null);
        assertThat(prefixes(toTwo)).contains("10.99.0.0/16");
    }

    // Into the interface

    @Test
    void spoofedSourceIsDropped() {
        scenarios(
                5,
                s -> {
                    s.established();
                    SimTunnel carol = s.network.tunnel();
                    s.bob.knows(carol);
                    byte[][] spoofed = {
                        Packets.udp(carol.inner4(), s.bob.inner4(), new byte[8]),
                        Packets.udp(s.bob.inner4(), s.bob.inner4(), new byte[8]),
                        Packets.udp(address("8.8.8.8"), s.bob.inner4(), new byte[8]),
                        Packets.udp(carol.inner6(), s.bob.inner6(), new byte[8])
                    };
                    s.alice.write(spoofed);
                    s.network.run(PaperConstants.SECOND);
                    assertThat(s.bob.delivered()).isEmpty();
                    assertThat(s.bob.dropped(DropReason.UNALLOWED_SOURCE)).isEqualTo(4);
                    // What was sealed came from Alice all the same.
                    assertThat(s.arrives(s.alice, s.bob)).isTrue();
                });
    }

    @Test
    void aSourceIsJudgedByTheLongestPrefix() {
        Timeline t = responded();
        Peer other = t.us().tunnel().add(one.publicKey(), t.us().wants());
        t.us().tunnel().allow(prefix("10.1.0.0/16"), t.them().peer());
        t.us().tunnel().allow(prefix("10.1.2.0/24"), other);
        t.receives(from(t, "10.1.1.1")).receives(from(t, "10.1.2.1")).receives(from(t, "10.1.3.1"));
        assertThat(t.us().delivered()).hasSize(2);
        assertThat(t.us().dropped(DropReason.UNALLOWED_SOURCE)).isEqualTo(1);
        t.us().tunnel().allow(prefix("10.1.2.0/24"), t.them().peer());
        t.receives(from(t, "10.1.2.1"));
        assertThat(t.us().delivered()).hasSize(3);
    }

    // Paper §5.4.6
    @Test
    void paddingNeverReachesTheInterface() {
        scenarios(
                2,
                s -> {
                    s.established();
                    for (int size = 8; size < 80; size++) {
                        s.alice.send(s.bob, size);
                        s.network.run(200 * PaperConstants.MILLISECOND);
                        assertThat(s.bob.delivered().getLast().packet()).hasSize(28 + size);
                        s.alice.send6(s.bob, size);
                        s.network.run(200 * PaperConstants.MILLISECOND);
                        assertThat(s.bob.delivered().getLast().packet()).hasSize(48 + size);
                    }
                });
    }

    // Paper §5.4.6
    @Test
    void paddingKeepsToTheMtuAsItIsNow() {
        SimNetwork net = new SimNetwork(1);
        SimTunnel alice = net.tunnel(), bob = net.tunnel();
        net.connect(alice, bob);
        alice.send(bob, 1392);
        net.run(PaperConstants.SECOND);
        assertThat(alice.sent().getLast().length()).isEqualTo(1452);
        alice.mtu(1500);
        alice.send(bob, 1392);
        assertThat(alice.sent().getLast().length()).isEqualTo(1456);
        alice.mtu(1280);
        alice.send(bob, 1249);
        assertThat(alice.sent().getLast().length()).isEqualTo(1280 + 32);
    }

    // Reference §8.8: what is in the tunnel but no packet

    @Test
    void whatIsNoPacketIsDroppedAndAnsweredLikeData() {
        Timeline t = responded();
        byte[] lies = Packets.udp(t.them().inner(), t.us().inner4(), new byte[8]);
        lies[3] = 120; // longer than it is
        byte[] short6 = Arrays.copyOf(new byte[] {0x60}, 32); // with its padding, too
        t.at(1).receives(t.them().seal(t.them().session(), lies));
        t.receives(t.them().seal(t.them().session(), short6));
        t.receives(t.them().seal(t.them().session(), new byte[] {0x45}));
        assertThat(t.us().dropped(DropReason.NOT_IP)).isEqualTo(3);
        assertThat(t.us().delivered()).isEmpty();
        t.between(11, 11).expects(KEEPALIVE);
    }

    @Test
    void onlyValidDataAndKeepalivesAreCounted() {
        Timeline t = responded();
        long before = t.them().peer().stats().receivedBytes();
        assertThat(before).isEqualTo(148 + 32);
        t.receives(t.them().seal(t.them().session(), new byte[100]));
        assertThat(t.them().peer().stats().receivedBytes()).isEqualTo(before);
        t.receives(t.them().data());
        assertThat(t.them().peer().stats().receivedBytes()).isEqualTo(before + 64 + 32);
    }

    // RFC 6040
    @Test
    void congestionIsToldThroughTheTunnel() {
        Timeline t = responded();
        for (int inner = 0; inner < 4; inner++) {
            byte[] packet =
                    Packets.udp(t.them().inner(), t.us().inner4(), 0xb8 | inner, new byte[8]);
            byte[] sealed = t.them().seal(t.them().session(), packet);
            t.us().arrive(t.them().endpoint(), t.us().endpoint(), sealed, 3);
            byte[] delivered = t.us().delivered().getLast().packet();
            assertThat(delivered[1] & 0xff).isEqualTo(0xb8 | (inner == 0 ? 0 : 3));
            assertThat(Packets.onesComplementSum(delivered, 0, 20)).isEqualTo(0xffff);
        }
        for (int inner = 0; inner < 4; inner++) {
            t.us().write(Packets.udp(t.us().inner4(), t.them().inner(), 0xb8 | inner, new byte[8]));
            t.network().run(0);
            assertThat(t.them().received().getLast().trafficClass())
                    .isEqualTo(inner == 3 ? 2 : inner);
        }
    }

    private static Timeline responded() {
        Timeline t = new Timeline(1);
        return t.at(0).receives(INITIATION).expects(RESPONSE).receives(KEEPALIVE);
    }

    private static byte[] from(Timeline t, String source) {
        byte[] packet = Packets.udp(address(source), t.us().inner4(), new byte[8]);
        return t.them().seal(t.them().session(), packet);
    }

    private void allow(String prefix, Peer peer) {
        us.tunnel().allow(prefix(prefix), peer);
    }

    private static IpPrefix prefix(String text) {
        return IpPrefix.parse(text).orElseThrow();
    }

    private List<String> prefixes(Peer peer) {
        return us.tunnel().allowedIps(peer).stream().map(IpPrefix::toString).toList();
    }

    private void assertRouted(String to, Peer expected) {
        byte[] packet =
                to.contains(":")
                        ? Packets.udp(us.inner6(), address(to), new byte[8])
                        : Packets.udp(us.inner4(), address(to), new byte[8]);
        MemorySegment slab = MemorySegment.ofArray(packet);
        assertThat(us.tunnel().routeByDestination(slab, 0)).isSameAs(expected);
        byte[] back =
                to.contains(":")
                        ? Packets.udp(address(to), us.inner6(), new byte[8])
                        : Packets.udp(address(to), us.inner4(), new byte[8]);
        slab = MemorySegment.ofArray(back);
        for (Peer peer : us.tunnel().peers()) {
            assertThat(us.tunnel().isAllowedSource(peer, slab, 0)).isEqualTo(peer == expected);
        }
    }
}
