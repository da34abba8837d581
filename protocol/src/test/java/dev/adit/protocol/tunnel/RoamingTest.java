package dev.adit.protocol.tunnel;

import static dev.adit.protocol.sim.MessageKind.DATA;
import static dev.adit.protocol.sim.MessageKind.INITIATION;
import static dev.adit.protocol.sim.MessageKind.KEEPALIVE;
import static dev.adit.protocol.sim.MessageKind.RESPONSE;
import static dev.adit.protocol.sim.Scenario.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpAddress;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.session.Session;
import dev.adit.protocol.sim.Conditions;
import dev.adit.protocol.sim.PaperConstants;
import dev.adit.protocol.sim.Scenario;
import dev.adit.protocol.sim.SimNetwork;
import dev.adit.protocol.sim.SimTunnel;
import dev.adit.protocol.sim.Timeline;
import dev.adit.testing.Packets;

import org.junit.jupiter.api.Test;

/// Paper §2.1 and §6.5; reference §8.9: where a peer is.
class RoamingTest {
    private static final Endpoint ELSEWHERE = new Endpoint(IpAddress.v4(0x0a0b0c0d), 4321);

    @Test
    void roamsWhenTheSourceChanges() {
        scenarios(
                10,
                s -> {
                    s.established();
                    s.bob.rebind();
                    assertThat(s.arrives(s.alice, s.bob)).isFalse(); // nobody is there any more
                    assertThat(s.arrives(s.bob, s.alice)).isTrue();
                    assertThat(s.alice.peer(s.bob).endpoint().sameRemote(s.bob.endpoint()))
                            .isTrue();
                    assertThat(s.arrives(s.alice, s.bob)).isTrue();
                });
    }

    @Test
    void bothRoamAgainAndAgain() {
        scenarios(
                3,
                s -> {
                    s.established();
                    for (int i = 0; i < 30; i++) {
                        SimTunnel mover = i % 2 == 0 ? s.alice : s.bob;
                        SimTunnel other = i % 2 == 0 ? s.bob : s.alice;
                        mover.rebind();
                        assertThat(s.arrives(mover, other)).isTrue();
                        assertThat(s.arrives(other, mover)).isTrue();
                    }
                    assertThat(s.eve.initiations()).isEmpty();
                });
    }

    @Test
    void whenBothMoveAtOnceTheyAreLostUntilOneIsToldWhere() {
        scenarios(
                3,
                s -> {
                    s.established();
                    s.alice.rebind();
                    s.bob.rebind();
                    assertThat(s.arrives(s.alice, s.bob)).isFalse();
                    assertThat(s.arrives(s.bob, s.alice)).isFalse();
                    s.alice.peer(s.bob).endpoint(s.bob.endpoint());
                    assertThat(s.arrives(s.alice, s.bob)).isTrue();
                    assertThat(s.arrives(s.bob, s.alice)).isTrue();
                });
    }

    @Test
    void aPeerThatIsMovedIsReachedWhereItIs() {
        scenarios(
                5,
                s -> {
                    s.established();
                    Peer bob = s.alice.peer(s.bob);
                    Endpoint before = bob.endpoint();
                    s.bob.rebind();
                    Endpoint after = s.bob.endpoint();
                    s.network.run(6 * PaperConstants.SECOND);
                    int initiations = s.eve.initiations().size();
                    assertThat(move(s, before, after)).isTrue();
                    assertThat(bob.endpoint()).isEqualTo(after);
                    assertThat(s.arrives(s.alice, s.bob)).isTrue();
                    assertThat(s.arrives(s.bob, s.alice)).isTrue();
                    assertThat(s.eve.initiations()).hasSize(initiations + 1);
                });
    }

    private static boolean move(Scenario s, Endpoint from, Endpoint to) {
        Peer bob = s.alice.peer(s.bob);
        return Relocation.move(s.network.now(), bob, from, to, s.alice.wants());
    }

    @Test
    void aPeerThatIsElsewhereByThenIsNotMoved() {
        scenarios(
                3,
                s -> {
                    s.established();
                    Peer bob = s.alice.peer(s.bob);
                    Endpoint before = bob.endpoint();
                    s.bob.rebind();
                    assertThat(s.arrives(s.bob, s.alice)).isTrue();
                    Endpoint now = bob.endpoint();
                    assertThat(move(s, before, ELSEWHERE)).isFalse();
                    assertThat(move(s, null, ELSEWHERE)).isFalse();
                    assertThat(bob.endpoint()).isEqualTo(now);
                    assertThat(s.arrives(s.alice, s.bob)).isTrue();
                });
    }

    @Test
    void aPersistentKeepaliveKeepsANatOpen() {
        scenarios(
                3,
                s -> {
                    s.established();
                    s.bob.persistentKeepalive(s.alice, 25);
                    for (int i = 0; i < 20; i++) {
                        s.bob.rebind();
                        s.network.run(26 * PaperConstants.SECOND);
                        assertThat(s.arrives(s.alice, s.bob)).isTrue();
                    }
                });
    }

    // Paper §2.1
    @Test
    void aPeerWithoutEndpointIsReachedOnceItHasInitiated() {
        scenarios(
                5,
                s -> {
                    SimTunnel server = s.network.tunnel(), client = s.network.tunnel();
                    server.admits(client);
                    client.knows(server);
                    server.send(client);
                    assertThat(server.dropped(DropReason.NO_ENDPOINT)).isEqualTo(1);
                    assertThat(server.sent()).isEmpty();
                    assertThat(s.arrives(client, server)).isTrue();
                    assertThat(s.arrives(server, client)).isTrue();
                });
    }

    // What moves the endpoint, and what does not

    @Test
    void anythingAuthenticMovesTheEndpoint() {
        Timeline t = new Timeline(1);
        arriveFrom(t, ELSEWHERE, t.them().initiation());
        assertAt(t, ELSEWHERE);
        t.them().finish(lastSent(t));
        arriveFrom(t, home(t), t.them().keepalive());
        assertAt(t, home(t));
        arriveFrom(t, ELSEWHERE, t.them().data());
        assertAt(t, ELSEWHERE);
        t.them().peer().endpoint(home(t));
        t.network().run(200 * PaperConstants.SECOND);
        t.sends();
        t.network().run(0);
        arriveFrom(t, ELSEWHERE, t.them().response(t.them().last(INITIATION)));
        assertAt(t, ELSEWHERE);
    }

    private byte[] lastResponse;

    private byte[] lastSent(Timeline t) {
        t.network().run(0);
        assertThat(lastResponse).isNotNull();
        return lastResponse;
    }

    // Paper §2.1
    @Test
    void aPacketThatMayNotBeInTheTunnelMovesTheEndpointAllTheSame() {
        Timeline t = responded();
        byte[] spoofed = Packets.udp(IpAddress.v4(0x0a636363), t.us().inner4(), new byte[8]);
        arriveFrom(t, ELSEWHERE, t.them().seal(t.them().session(), spoofed));
        assertThat(t.us().dropped(DropReason.UNALLOWED_SOURCE)).isEqualTo(1);
        assertAt(t, ELSEWHERE);
        byte[] nonsense = t.them().seal(t.them().session(), new byte[64]);
        arriveFrom(t, home(t), nonsense);
        assertThat(t.us().dropped(DropReason.NOT_IP)).isEqualTo(1);
        assertAt(t, home(t));
    }

    @Test
    void aPacketOfAnOldSessionMovesTheEndpointToo() {
        Timeline t = responded();
        Session old = t.them().session();
        t.at(10).receives(INITIATION).expects(RESPONSE).receives(KEEPALIVE);
        arriveFrom(t, ELSEWHERE, t.them().seal(old, t.them().packet()));
        assertAt(t, ELSEWHERE);
    }

    @Test
    void nothingForgedOrRepeatedMovesTheEndpoint() {
        Timeline t = responded();
        byte[] data = t.them().data();
        t.receives(data);
        arriveFrom(t, ELSEWHERE, data);
        byte[] forged = t.them().data();
        forged[40] ^= 1;
        arriveFrom(t, ELSEWHERE, forged);
        byte[] initiation = t.them().initiation();
        initiation[100] ^= 1;
        arriveFrom(t, ELSEWHERE, t.them().stamped(initiation));
        arriveFrom(t, ELSEWHERE, new byte[148]);
        assertAt(t, home(t));
    }

    @Test
    void aReplyGoesWhereTheInitiationCameFrom() {
        Timeline t = new Timeline(1);
        boolean[] answered = new boolean[1];
        t.network().place(ELSEWHERE, (from, to, bytes, c) -> answered[0] = bytes.length == 92);
        t.network().inject(ELSEWHERE, t.us(), t.them().initiation());
        t.network().run(0);
        assertThat(answered[0]).isTrue();
        assertThat(t.them().received()).isEmpty();
    }

    @Test
    void aConfiguredEndpointIsUsedForTheNextPacketAndNotPinned() {
        Timeline t = responded();
        int[] elsewhere = new int[1];
        t.network().place(ELSEWHERE, (from, to, bytes, c) -> elsewhere[0]++);
        t.them().peer().endpoint(ELSEWHERE);
        t.sends().expectsNothing();
        assertThat(elsewhere[0]).isEqualTo(1);
        t.receives(KEEPALIVE).sends().expects(DATA);
        assertThat(elsewhere[0]).isEqualTo(1);
    }

    // The local address, which the paper (§2.1) leaves open: as Linux has it

    @Test
    void answersFromTheAddressThatWasContacted() {
        SimNetwork network = new SimNetwork(1);
        network.conditions(Conditions.latency(PaperConstants.MILLISECOND));
        SimTunnel server = network.tunnel(), client = network.tunnel();
        Endpoint second = new Endpoint(IpAddress.v4(0xc0000299), 51820);
        server.appearAt(second);
        server.admits(client);
        client.knows(server);
        client.peer(server).endpoint(second);
        client.send(server);
        network.run(PaperConstants.SECOND);
        assertThat(server.delivered()).hasSize(1);
        server.send(client);
        network.run(PaperConstants.SECOND);
        assertThat(client.delivered()).hasSize(1);
        assertThat(client.peer(server).endpoint().address()).isEqualTo(second.address());
        assertThat(server.peer(client).endpoint().source()).isEqualTo(second.address());
    }

    @Test
    void forgetsTheLocalAddressWhenItMayBeTheTrouble() {
        Timeline t = responded();
        assertThat(t.them().peer().endpoint().hasSource()).isTrue();
        t.at(1).sends().expects(DATA).between(16, 16.4).expects(INITIATION);
        assertThat(t.them().peer().endpoint().hasSource()).isFalse();
        t.receives(RESPONSE).expects(KEEPALIVE);
        assertThat(t.them().peer().endpoint().hasSource()).isTrue();
        t.at(200).sends().expects(INITIATION);
        assertThat(t.them().peer().endpoint().hasSource()).isTrue();
        t.between(205, 205.4).expects(INITIATION);
        assertThat(t.them().peer().endpoint().hasSource()).isFalse();
    }

    @Test
    void forgetsTheLocalAddressOnRequestUnlessItHasChangedMeanwhile() {
        Timeline t = responded();
        Peer peer = t.them().peer();
        Endpoint used = peer.endpoint();
        peer.endpoint(new Endpoint(used.address(), used.port(), 0, IpAddress.v4(7), 0));
        peer.forgetSource(used);
        assertThat(peer.endpoint().hasSource()).isTrue();
        peer.forgetSource(peer.endpoint());
        assertThat(peer.endpoint().hasSource()).isFalse();
        peer.endpoint(used);
        peer.clearSource();
        assertThat(peer.endpoint()).isEqualTo(used.withoutSource());
    }

    private Timeline responded() {
        Timeline t = new Timeline(1);
        return t.at(0).receives(INITIATION).expects(RESPONSE).receives(KEEPALIVE);
    }

    private void arriveFrom(Timeline t, Endpoint from, byte[] message) {
        if (from.equals(ELSEWHERE)) {
            t.network().place(ELSEWHERE, (f, to, bytes, c) -> lastResponse = bytes);
        }
        t.network().inject(from, t.us(), message);
    }

    private static Endpoint home(Timeline t) {
        return t.them().endpoint();
    }

    private static void assertAt(Timeline t, Endpoint where) {
        assertThat(t.them().peer().endpoint().sameRemote(where)).isTrue();
    }
}
