package dev.adit.protocol.tunnel;

import static dev.adit.protocol.sim.MessageKind.COOKIE_REPLY;
import static dev.adit.protocol.sim.MessageKind.DATA;
import static dev.adit.protocol.sim.MessageKind.INITIATION;
import static dev.adit.protocol.sim.MessageKind.RESPONSE;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.fuzz.Input;
import dev.adit.fuzz.Target;
import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpAddress;
import dev.adit.protocol.sim.ScriptedPeer;
import dev.adit.protocol.sim.SimTunnel;
import dev.adit.protocol.sim.Timeline;
import dev.adit.protocol.wire.Message;

import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What comes in on UDP, and what a peer may put into the tunnel. What is forged or old changes
/// nothing; what is authentic gets one verdict; afterwards the tunnel works as before.
public final class DatagramFuzz implements Target {
    private Victim victim;
    private int inputs;

    @Override
    public void take(byte[] bytes) {
        if (victim == null || ++inputs % LIFE == 0) renew();
        Input input = new Input(bytes);
        int way = input.below(6);
        victim.us.queued(input.flag() ? LOAD : 0);
        switch (way) {
            case 0 -> victim.endures(input.rest());
            case 1 -> victim.endures(victim.altered(input));
            case 2 -> victim.endures(victim.stamped(victim.altered(input)));
            case 3 -> victim.answers(Instant.ofEpochSecond(input.i64() >>> 29, input.u16()));
            case 4 -> victim.opens(input.rest());
            default -> victim.sends(input.rest());
        }
        victim.us.forget();
    }

    private void renew() {
        if (victim != null) victim.stillWorks();
        victim = new Victim();
    }

    /// A tunnel with an old session, one in use and an initiation under way, and all that somebody
    /// on the path has recorded of it.
    private static final class Victim {
        final Timeline t = new Timeline(1);
        final SimTunnel us = t.us();
        final ScriptedPeer peer = t.them();
        final ScriptedPeer stranger =
                new ScriptedPeer(us, 2, true); // a peer that is never heard from
        final List<byte[]> genuine = new ArrayList<>();

        Victim() {
            t.at(0).sends().expects(INITIATION);
            genuine.add(peer.last(INITIATION));
            deliver(peer.response(peer.last(INITIATION)));
            t.expects(DATA);
            for (int i = 0; i < 3; i++) deliver(peer.data());
            byte[] initiation = peer.initiation();
            t.at(5);
            deliver(initiation);
            t.expects(RESPONSE);
            deliver(peer.keepalive());
            t.at(30).sends().loses(DATA).between(45, 45.4).expects(INITIATION);
            genuine.add(peer.last(INITIATION));
            deliver(peer.cookieReply(peer.last(INITIATION)));
            genuine.add(peer.last(RESPONSE));
            genuine.add(peer.last(DATA));
            us.forget();
        }

        private void deliver(byte[] message) {
            genuine.add(message);
            t.receives(message);
        }

        /// A message that was recorded, with some of its bytes and its length changed.
        byte[] altered(Input input) {
            byte[] message = genuine.get(input.below(genuine.size()));
            int more = input.below(4) == 1 ? input.u8() - 128 : 0;
            message = Arrays.copyOf(message, Math.max(0, message.length + more));
            while (!input.isEmpty() && message.length > 0) {
                message[input.u8() % message.length] ^= (byte) input.u8();
            }
            return message;
        }

        /// With a right mac1, which whoever knows the public key can compute.
        byte[] stamped(byte[] message) {
            boolean handshake = message.length == 148 || message.length == 92;
            return handshake ? stranger.stamped(message) : message;
        }

        /// Nothing of what can be seen from outside changes, and at most a cookie is sent.
        void endures(byte[] datagram) {
            classify(datagram);
            String before = state();
            us.network().inject(ATTACKER, us, datagram);
            assertThat(state()).isEqualTo(before);
            assertThat(dropped()).isOne();
            assertThat(us.sent()).allMatch(sent -> sent.kind() == COOKIE_REPLY);
            assertThat(us.sent().size()).isLessThanOrEqualTo(datagram.length >= 92 ? 1 : 0);
        }

        private static void classify(byte[] datagram) {
            int type = Message.classify(MemorySegment.ofArray(datagram), 0, datagram.length);
            boolean known = type >= Message.INITIATION && type <= Message.TRANSPORT_DATA;
            assertThat(known || type == Message.WRONG_LENGTH || type == Message.UNKNOWN).isTrue();
        }

        private String state() {
            StringBuilder state = new StringBuilder();
            state.append(us.tunnel().indicesInUse()).append(us.tunnel().nextDeadline());
            for (Peer known : us.tunnel().peers()) {
                state.append(known.endpoint()).append(known.stats()).append(known.hasStaged());
                state.append(known.sendingSession(us.network().now()));
            }
            return state.append(us.delivered().size()).append(us.wants().reports()).toString();
        }

        private int dropped() {
            return us.drops().values().stream().mapToInt(Integer::intValue).sum();
        }

        /// An authentic initiation of any time is either answered or dropped.
        void answers(Instant time) {
            byte[] initiation = peer.initiation(time);
            us.network().inject(peer.endpoint(), us, initiation);
            us.network().run(0);
            assertThat(dropped() + us.sent(RESPONSE).size()).isOne();
            assertThat(us.sent())
                    .allMatch(sent -> sent.kind() == RESPONSE || sent.kind() == COOKIE_REPLY);
        }

        /// An authentic packet is delivered whole and as it was, or dropped.
        void opens(byte[] packet) {
            byte[] sealed = peer.seal(peer.session(), packet);
            us.network().inject(peer.endpoint(), us, sealed);
            int verdicts = dropped() + us.delivered().size();
            assertThat(verdicts).isEqualTo(packet.length == 0 ? 0 : 1);
            for (SimTunnel.Delivered delivered : us.delivered()) {
                byte[] out = delivered.packet();
                byte[] padded = Arrays.copyOf(packet, out.length);
                assertThat(out.length).isLessThanOrEqualTo(packet.length + 15);
                assertThat(out).isEqualTo(padded);
                assertThat(Arrays.copyOfRange(out, 12, 16)).isEqualTo(address(peer.inner()));
            }
        }

        private static byte[] address(IpAddress v4) {
            int bits = (int) (v4.high() >>> 32);
            return new byte[] {
                (byte) (bits >> 24), (byte) (bits >> 16), (byte) (bits >> 8), (byte) bits
            };
        }

        /// A packet of the interface goes to the peer, sealed, or is dropped.
        void sends(byte[] packet) {
            us.write(packet);
            us.network().run(0);
            long data = us.sent().stream().filter(sent -> sent.kind() == DATA).count();
            boolean staged = us.tunnel().peers().stream().anyMatch(Peer::hasStaged);
            assertThat(dropped() + data + (staged ? 1 : 0)).isPositive();
            if (data == 0) return;
            byte[] opened = peer.open(peer.last(DATA));
            assertThat(opened.length - packet.length).isBetween(0, 15);
            assertThat(Arrays.copyOf(opened, packet.length)).isEqualTo(packet);
        }

        /// Data flows in both directions.
        void stillWorks() {
            us.queued(0);
            us.network().inject(peer.endpoint(), us, peer.data());
            assertThat(us.delivered()).hasSize(1);
            us.forget();
            t.sends();
            us.network().run(0);
            assertThat(us.sent(DATA)).hasSize(1);
            assertThat(peer.open(peer.last(DATA))).isNotNull();
        }
    }

    private static final int LIFE = 200; // inputs
    private static final int LOAD = 1000;
    private static final Endpoint ATTACKER = new Endpoint(IpAddress.v4(0x06060606), 666);
}
