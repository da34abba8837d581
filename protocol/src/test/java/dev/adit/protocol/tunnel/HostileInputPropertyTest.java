package dev.adit.protocol.tunnel;

import static dev.adit.protocol.sim.MessageKind.COOKIE_REPLY;
import static dev.adit.protocol.sim.MessageKind.DATA;
import static dev.adit.protocol.sim.MessageKind.INITIATION;
import static dev.adit.protocol.sim.MessageKind.KEEPALIVE;
import static dev.adit.protocol.sim.MessageKind.RESPONSE;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpAddress;
import dev.adit.protocol.sim.MessageKind;
import dev.adit.protocol.sim.PaperConstants;
import dev.adit.protocol.sim.ScriptedPeer;
import dev.adit.protocol.sim.SimTunnel;
import dev.adit.protocol.sim.Timeline;
import dev.adit.protocol.wire.Message;
import dev.adit.testing.Property;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/// Whatever arrives gets a verdict: no exception, and nothing changes.
class HostileInputPropertyTest {
    private static final Endpoint ATTACKER = new Endpoint(IpAddress.v4(0x06060606), 666);

    @Test
    void randomDatagramsAreDropped() {
        Property.check(
                40,
                random -> {
                    Victim victim = new Victim(random);
                    for (int i = 0; i < 200; i++) victim.endures(randomDatagram(random));
                    victim.stillWorks();
                });
    }

    @Test
    void mutatedDatagramsAreDropped() {
        Property.check(
                40,
                random -> {
                    Victim victim = new Victim(random);
                    for (int i = 0; i < 100; i++) victim.endures(victim.mutated(random));
                    victim.stillWorks();
                });
    }

    /// Who knows the victim's public key can compute mac1 of anything.
    @Test
    void mutatedHandshakesWithARightMac1AreDropped() {
        Property.check(
                20,
                random -> {
                    Victim victim = new Victim(random);
                    for (int i = 0; i < 40; i++) {
                        byte[] message = victim.mutated(random);
                        if (message.length == 148 || message.length == 92) {
                            if (random.nextBoolean())
                                message[0] = (byte) (message.length == 148 ? 1 : 2);
                            message[1] = message[2] = message[3] = 0;
                            flip(random, message, 8, message.length - 32);
                            victim.stranger.stamped(message);
                        }
                        victim.endures(message);
                    }
                    victim.stillWorks();
                });
    }

    @Test
    void everythingRecordedAndSentAgainIsDropped() {
        Property.check(
                10,
                random -> {
                    Victim victim = new Victim(random);
                    for (byte[] old : victim.genuine) victim.endures(old);
                    for (int i = 0; i < 50; i++) {
                        victim.endures(victim.genuine.get(random.nextInt(victim.genuine.size())));
                    }
                    victim.stillWorks();
                });
    }

    /// An authentic peer may put anything into the tunnel.
    @Test
    void whateverIsInTheTunnelGetsAVerdict() {
        Property.check(
                30,
                random -> {
                    Victim victim = new Victim(random);
                    SimTunnel us = victim.us();
                    for (int i = 0; i < 100; i++) {
                        int verdicts = us.delivered().size() + dropped(us);
                        byte[] packet = randomPacket(random, victim.peer(), 12);
                        us.network()
                                .inject(
                                        victim.peer().endpoint(),
                                        us,
                                        victim.peer().seal(victim.peer().session(), packet));
                        int more = packet.length == 0 ? 0 : 1;
                        assertThat(us.delivered().size() + dropped(us)).isEqualTo(verdicts + more);
                        if (more == 1 && verdicts < us.delivered().size()) {
                            byte[] out = us.delivered().getLast().packet();
                            assertThat(out.length).isLessThanOrEqualTo(packet.length + 15);
                        }
                    }
                    victim.stillWorks();
                });
    }

    @Test
    void whateverTheInterfaceSendsGetsAVerdict() {
        Property.check(
                50,
                random -> {
                    Victim victim = new Victim(random);
                    for (int i = 0; i < 100; i++) {
                        victim.us().write(randomPacket(random, victim.peer(), 16));
                    }
                    victim.us().network().run(0);
                    victim.stillWorks();
                });
    }

    private static int dropped(SimTunnel tunnel) {
        return tunnel.drops().values().stream().mapToInt(Integer::intValue).sum();
    }

    /// @param at where the peer's address may be: 12 as the source, 16 as the destination
    private static byte[] randomPacket(RandomGenerator random, ScriptedPeer peer, int at) {
        byte[] packet =
                new byte[random.nextInt(4) == 0 ? random.nextInt(1400) : random.nextInt(64)];
        random.nextBytes(packet);
        if (packet.length == 0) return packet;
        packet[0] = (byte) ((random.nextBoolean() ? 0x40 : 0x60) | packet[0] & 15);
        if (packet.length >= 20 && random.nextBoolean()) {
            ByteBuffer.wrap(packet)
                    .putShort(2, (short) random.nextInt(packet.length + 10))
                    .putInt(at, (int) (peer.inner().high() >>> 32));
        }
        return packet;
    }

    private static byte[] randomDatagram(RandomGenerator random) {
        int[] lengths = {148, 92, 64, 32, 48, 0, 3, 4, 31, 33, 1452, 65_507};
        byte[] datagram =
                new byte
                        [random.nextInt(3) == 0
                                ? random.nextInt(200)
                                : lengths[random.nextInt(lengths.length)]];
        random.nextBytes(datagram);
        if (datagram.length >= 4 && random.nextInt(8) != 0) {
            ByteBuffer.wrap(datagram)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(0, 1 + random.nextInt(4));
        }
        return datagram;
    }

    private static void flip(RandomGenerator random, byte[] message, int from, int to) {
        message[random.nextInt(from, to)] ^= (byte) (1 << random.nextInt(8));
    }

    /// A tunnel with an old session, a session in use, an initiation under way and perhaps a load;
    /// and what an attacker on the path has recorded of it.
    private static final class Victim {
        final Timeline t;
        final ScriptedPeer stranger;
        final List<byte[]> genuine = new ArrayList<>();
        final boolean load;

        Victim(RandomGenerator random) {
            t = new Timeline(random.nextInt());
            stranger = new ScriptedPeer(t.us(), 2, true); // a peer too, but it is never heard from
            record(() -> t.at(0).sends().expects(INITIATION));
            byte[] response = t.them().response(t.them().last(INITIATION));
            genuine.add(response);
            t.receives(response).expects(DATA);
            for (int i = 0; i < 5; i++) deliver(t.them().data());
            byte[] initiation = t.them().initiation();
            t.at(5);
            genuine.add(initiation);
            t.receives(initiation).expects(RESPONSE);
            deliver(t.them().keepalive());
            t.at(30).sends().loses(DATA).between(45, 45.4).expects(INITIATION);
            genuine.add(t.them().last(INITIATION));
            byte[] cookie = t.them().cookieReply(t.them().last(INITIATION));
            genuine.add(cookie);
            t.receives(cookie);
            load = random.nextBoolean();
            if (load) t.us().queued(1000);
            for (MessageKind kind : List.of(RESPONSE, DATA)) genuine.add(t.them().last(kind));
        }

        private void record(Runnable story) {
            story.run();
            genuine.add(t.them().last(INITIATION));
        }

        private void deliver(byte[] message) {
            genuine.add(message);
            t.receives(message);
        }

        SimTunnel us() {
            return t.us();
        }

        ScriptedPeer peer() {
            return t.them();
        }

        /// A genuine message, changed in a place that counts, or two of them put together.
        byte[] mutated(RandomGenerator random) {
            byte[] message = genuine.get(random.nextInt(genuine.size())).clone();
            byte[] other = genuine.get(random.nextInt(genuine.size()));
            switch (random.nextInt(5)) {
                case 0 -> message = Arrays.copyOf(message, random.nextInt(message.length));
                case 1 -> message = Arrays.copyOf(message, message.length + 1 + random.nextInt(64));
                case 2 -> {
                    int at = random.nextInt(Math.min(message.length, other.length));
                    System.arraycopy(other, 0, message, 0, at);
                }
                case 3 -> {
                    int to = random.nextInt(1, message.length + 1);
                    for (int i = random.nextInt(to); i < to; i++)
                        message[i] = (byte) random.nextInt();
                }
                default -> {}
            }
            if (message.length > 0) {
                // Not in mac2, which is only looked at under load.
                int end = message.length == 148 || message.length == 92 ? 16 : 0;
                flip(random, message, 0, message.length - end);
            }
            return message;
        }

        /// Nothing of what can be seen from outside changes, and at most a cookie is sent.
        void endures(byte[] datagram) {
            String before = state();
            int sent = us().sent().size(), verdicts = dropped(us());
            us().network().inject(ATTACKER, us(), datagram);
            assertThat(state()).isEqualTo(before);
            assertThat(dropped(us())).isEqualTo(verdicts + 1);
            List<SimTunnel.Sent> more = us().sent().subList(sent, us().sent().size());
            if (load && datagram.length >= 92) {
                assertThat(more).allMatch(s -> s.kind() == COOKIE_REPLY).hasSizeLessThan(2);
            } else {
                assertThat(more).isEmpty();
            }
        }

        private String state() {
            StringBuilder state = new StringBuilder();
            state.append(us().tunnel().indicesInUse()).append(us().tunnel().nextDeadline());
            for (Peer peer : us().tunnel().peers()) {
                state.append(peer.endpoint())
                        .append(peer.stats())
                        .append(peer.hasStaged())
                        .append(peer.sendingSession(us().network().now()));
            }
            return state.append(us().delivered().size()).append(us().wants().reports()).toString();
        }

        /// The initiation under way is still answered, and data flows in both directions.
        void stillWorks() {
            us().queued(0);
            us().network().run(1100 * PaperConstants.MILLISECOND);
            byte[] data = peer().data();
            int delivered = us().delivered().size();
            us().network().inject(peer().endpoint(), us(), data);
            assertThat(us().delivered()).hasSize(delivered + 1);
            byte[] response = peer().response(peer().last(INITIATION));
            us().network().inject(peer().endpoint(), us(), response);
            us().network().run(0);
            assertThat(peer().open(peer().last(KEEPALIVE))).isEmpty();
            t.sends();
            us().network().run(0);
            assertThat(peer().open(peer().last(DATA))).isNotNull();
        }
    }

    /// The parts below the tunnel, alone.
    @Test
    void classifyingReadsNothingBeyondTheDatagram() {
        Property.check(
                2_000,
                random -> {
                    byte[] datagram = randomDatagram(random);
                    int type =
                            Message.classify(MemorySegment.ofArray(datagram), 0, datagram.length);
                    assertThat(type).isBetween(-2, 4).isNotZero();
                });
    }
}
