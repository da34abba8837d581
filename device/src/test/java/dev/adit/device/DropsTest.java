package dev.adit.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.PeerUpdate;
import dev.adit.ip.address.Endpoint;
import dev.adit.ip.bytes.ByteOrders;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.protocol.crypto.Blake2s;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.keys.PrivateKey;
import dev.adit.protocol.wire.Initiation;
import dev.adit.protocol.wire.Message;
import dev.adit.testkit.Await;
import dev.adit.testkit.FakeClock;
import dev.adit.testkit.FakeNet;
import dev.adit.testkit.Gate;
import dev.adit.testkit.IpPackets;
import dev.adit.testkit.Keys;
import dev.adit.testkit.SendFault;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/// Every reason for a drop is reached, and counted as often as it is.
class DropsTest {
    private final FakeNet net = new FakeNet();
    private final FakeClock clock = new FakeClock();
    private final EventRecorder heard = new EventRecorder();
    private final DeviceFixture site =
            DeviceFixture.startWithListener(net, clock, heard, "192.0.2.1");
    private final ManualPeer peer = new ManualPeer(net.host("192.0.2.2"), 4000, site);

    /// What else is dropped on the way to the reason in question.
    private final Set<DropReason> besides = EnumSet.noneOf(DropReason.class);

    @BeforeEach
    void addPeer() {
        site.configure(
                DeviceUpdate.builder()
                        .peer(
                                PeerUpdate.of(peer.key)
                                        .endpoint(peer.endpoint)
                                        .allow("10.0.0.2/32")));
    }

    @AfterEach
    void close() {
        site.close();
        peer.close();
    }

    /// A reason without a case here does not compile.
    @ParameterizedTest
    @EnumSource
    void countsEveryReason(DropReason reason) {
        long expected =
                switch (reason) {
                    case UNKNOWN_TYPE -> unknownTypes();
                    case WRONG_LENGTH -> wrongLengths();
                    case TRUNCATED -> truncated();
                    case INVALID_MAC -> invalidMac();
                    case COOKIE_DEMANDED -> cookieDemanded();
                    case COOKIE_WITHHELD -> cookieWithheld();
                    case RATE_LIMITED -> rateLimited();
                    case HANDSHAKE_QUEUE_FULL -> handshakeQueueFull();
                    case NO_PRIVATE_KEY -> noPrivateKey();
                    case INVALID_INITIATION -> invalidInitiation();
                    case INVALID_RESPONSE -> invalidResponse();
                    case UNKNOWN_PEER -> unknownPeer();
                    case REPLAYED_INITIATION -> replayedInitiation();
                    case INITIATION_FLOOD -> initiationFlood();
                    case UNKNOWN_INDEX -> unknownIndices();
                    case INVALID_COOKIE -> invalidCookie();
                    case EXPIRED_SESSION -> expiredSession();
                    case NOT_AUTHENTIC -> notAuthentic();
                    case REPLAYED -> replayed();
                    case NOT_IP -> notIp();
                    case UNALLOWED_SOURCE -> unallowedSource();
                    case TUN_REFUSED -> tunRefused();
                    case NO_ROUTE -> noRoute();
                    case NO_ENDPOINT -> noEndpoint();
                    case ROUTING_LOOP -> routingLoop();
                    case STAGED_OVERFLOW -> stagedOverflow();
                    case HANDSHAKE_GIVEN_UP -> handshakeGivenUp();
                    case SEND_FAILED -> sendFailed();
                    case INTERFACE_DOWN -> interfaceDown();
                };
        site.awaitDrops(reason, expected);
        Map<DropReason, Long> others = new EnumMap<>(site.device.drops());
        assertThat(others.remove(reason)).isEqualTo(expected);
        others.keySet().removeAll(besides);
        assertThat(others.values()).containsOnly(0L);
        assertThat(site.tun.delivered()).isZero();
        Await.until("a listener to hear as much", () -> all(heard).equals(site.device.drops()));
        long ofPeer = ofPeer(reason, expected);
        Await.until(ofPeer + " for the peer", () -> dropsOfPeer(reason) >= ofPeer);
        assertThat(dropsOfPeer(reason)).isEqualTo(ofPeer);
    }

    private long dropsOfPeer(DropReason reason) {
        return site.device.drops(peer.key).map(drops -> drops.get(reason)).orElse(0L);
    }

    private static Map<DropReason, Long> all(EventRecorder heard) {
        Map<DropReason, Long> drops = new EnumMap<>(DropReason.class);
        for (DropReason reason : DropReason.values()) {
            drops.put(reason, heard.drops.getOrDefault(reason, 0L));
        }
        return drops;
    }

    /// How many of `count` packets are counted for the peer too: those of which it is known whose
    /// they are.
    private static long ofPeer(DropReason reason, long count) {
        return switch (reason) {
            case INVALID_RESPONSE, REPLAYED_INITIATION, INITIATION_FLOOD, INVALID_COOKIE -> count;
            case EXPIRED_SESSION, NOT_AUTHENTIC, REPLAYED, UNALLOWED_SOURCE, TUN_REFUSED -> count;
            case NO_ENDPOINT, ROUTING_LOOP, STAGED_OVERFLOW, HANDSHAKE_GIVEN_UP -> count;
            case SEND_FAILED -> count;
            case INVALID_INITIATION -> 1; // in the others its key is not authentic
            case NOT_IP -> 4; // the others come from the interface
            default -> 0;
        };
    }

    // ---- from the network: messages

    private long unknownTypes() {
        peer.send(new byte[32]);
        byte[] reserved = peer.initiation();
        reserved[2] = 1;
        peer.send(reserved);
        return 2;
    }

    private long wrongLengths() {
        byte[] initiation = peer.initiation();
        peer.send(Arrays.copyOf(initiation, 147));
        peer.send(Arrays.copyOf(initiation, 149));
        peer.send(Arrays.copyOf(initiation, 3));
        peer.send(new byte[0]);
        peer.shakeHands();
        peer.send(Arrays.copyOf(peer.seal(new byte[0]), 31));
        return 5;
    }

    private long truncated() {
        site.host.bind().truncateNext();
        peer.send(peer.initiation());
        return 1;
    }

    private long invalidMac() {
        byte[] initiation = peer.initiation();
        initiation[Initiation.MAC1] ^= 1;
        peer.send(initiation);
        return 1;
    }

    /// Holds the worker up with a response in its hands, until enough messages wait behind it for
    /// the device to be under load, and so many more have come.
    private void load(int more) {
        Gate barrier = new Gate();
        site.host.onSend(
                (packets, i, to) -> {
                    if (type(packets, i) == Message.RESPONSE) barrier.pass();
                });
        peer.send(peer.initiation());
        barrier.awaitVisitor();
        byte[] message = peer.initiation();
        for (int i = 0; i < LOAD + more; i++) peer.send(message);
        awaitAllSorted();
        barrier.open();
        besides.add(DropReason.INITIATION_FLOOD); // the clock stands
    }

    private static int type(PacketBatch packets, int i) {
        return packets.memory().get(ByteOrders.LE32, packets.offset(i));
    }

    private void awaitAllSorted() {
        Await.until("the messages to be received", () -> site.host.waiting() == 0);
        // The last of them may be between the socket and the queue; this one comes after it.
        peer.send(new byte[32]);
        site.awaitDrops(DropReason.UNKNOWN_TYPE, 1);
        besides.add(DropReason.UNKNOWN_TYPE);
    }

    private long cookieDemanded() {
        load(10);
        site.awaitDrops(DropReason.COOKIE_DEMANDED, 10);
        takeCookie();
        return 10;
    }

    /// Takes the cookie that comes before the response that is held up, or after it.
    private void takeCookie() {
        byte[] received = peer.receive();
        if (received[0] == Message.RESPONSE) received = peer.receive();
        assertThat(received[0]).isEqualTo((byte) Message.COOKIE_REPLY);
        assertThat(peer.consume(received).drop()).isNull();
    }

    /// While the reader sends one reply, more messages come than it then has time for, as each
    /// reply takes so long; so it sends the least that it always does.
    private long cookieWithheld() {
        load(1);
        site.awaitDrops(DropReason.COOKIE_DEMANDED, 1);
        Gate barrier = new Gate();
        site.host.onSend(
                (packets, i, to) -> {
                    if (type(packets, i) != Message.COOKIE_REPLY) return;
                    barrier.pass();
                    clock.sleep(Duration.ofMillis(3));
                });
        byte[] message = peer.initiation();
        peer.send(message);
        barrier.awaitVisitor();
        for (int i = 0; i < 50; i++) peer.send(message);
        barrier.open();
        besides.add(DropReason.COOKIE_DEMANDED);
        besides.add(DropReason.REPLAYED_INITIATION); // time passes
        site.awaitDrops(DropReason.COOKIE_DEMANDED, 1 + 1 + 16);
        return 50 - 16;
    }

    private long rateLimited() {
        load(10);
        site.awaitDrops(DropReason.COOKIE_DEMANDED, 10);
        takeCookie();
        // Now with a valid mac2, five at once are let in.
        for (int i = 0; i < 8; i++) peer.send(peer.initiation());
        besides.add(DropReason.COOKIE_DEMANDED);
        return 3;
    }

    /// Initiations do not fill the queue, as they have to be paid for before; answers do.
    private long handshakeQueueFull() {
        Gate barrier = new Gate();
        byte[] reply = new byte[64];
        reply[0] = Message.COOKIE_REPLY;
        site.host.onSend(
                (packets, i, to) -> {
                    long sender = packets.offset(i) + 4L;
                    MemorySegment.copy(packets.memory(), ByteOrders.U8, sender, reply, 4, 4);
                    barrier.pass();
                });
        site.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", "p"));
        barrier.awaitVisitor();
        for (int i = 0; i < 4096 + 7; i++) peer.send(reply);
        awaitAllSorted();
        barrier.open();
        besides.add(DropReason.INVALID_COOKIE);
        return 7;
    }

    private long noPrivateKey() {
        site.configure(DeviceUpdate.builder().privateKey(zero()));
        peer.send(peer.initiation());
        return 1;
    }

    private static PrivateKey zero() {
        return new PrivateKey(MemorySegment.ofArray(new byte[32]));
    }

    private long invalidInitiation() {
        byte[] initiation = peer.initiation();
        initiation[Initiation.STATIC] ^= 1;
        peer.send(withMac1(initiation, Initiation.MAC1));
        initiation = peer.initiation();
        initiation[Initiation.TIMESTAMP] ^= 1;
        peer.send(withMac1(initiation, Initiation.MAC1));
        initiation = peer.initiation();
        Arrays.fill(initiation, Initiation.EPHEMERAL, Initiation.STATIC, (byte) 0);
        peer.send(withMac1(initiation, Initiation.MAC1));
        return 3;
    }

    /// Makes the mac1 at `at` fit the message, as anybody can who knows the device's public key.
    private byte[] withMac1(byte[] message, int at) {
        MemorySegment slab = MemorySegment.ofArray(message);
        MemorySegment key = MemorySegment.ofArray(new byte[32]);
        byte[] label = "mac1----".getBytes(StandardCharsets.US_ASCII);
        new Blake2s(32)
                .update(MemorySegment.ofArray(label))
                .update(site.key.toSegment())
                .digest(key, 0);
        new Blake2s(16, key).update(slab, 0, at).digest(slab, at);
        return message;
    }

    private long invalidResponse() {
        peer.presharedKey(Keys.presharedKey());
        site.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", "staged"));
        peer.send(peer.answer(peer.receive()));
        return 1;
    }

    private long unknownPeer() {
        site.configure(DeviceUpdate.builder().replacePeers());
        peer.send(peer.initiation());
        return 1;
    }

    private long replayedInitiation() {
        byte[] initiation = peer.initiation();
        byte[] newer = peer.initiation();
        peer.send(newer);
        peer.receive();
        clock.advance(Duration.ofMillis(20));
        peer.send(newer);
        peer.send(initiation);
        return 2;
    }

    private long initiationFlood() {
        peer.send(peer.initiation());
        peer.receive();
        clock.advance(Duration.ofMillis(19));
        peer.send(peer.initiation());
        site.awaitDrops(DropReason.INITIATION_FLOOD, 1);
        clock.advance(Duration.ofMillis(1));
        peer.shakeHands();
        return 1;
    }

    private long unknownIndices() {
        peer.shakeHands();
        byte[] data = peer.seal(new byte[0]);
        data[4]++;
        peer.send(data);
        byte[] response = new byte[92];
        response[0] = Message.RESPONSE;
        peer.send(withMac1(response, 60));
        byte[] cookie = new byte[64];
        cookie[0] = Message.COOKIE_REPLY;
        peer.send(cookie);
        return 3;
    }

    private long invalidCookie() {
        site.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", "staged"));
        byte[] cookie = new byte[64];
        cookie[0] = Message.COOKIE_REPLY;
        System.arraycopy(peer.receive(), 4, cookie, 4, 4);
        peer.send(cookie);
        return 1;
    }

    // ---- from the network: transport data

    private long expiredSession() {
        peer.shakeHands();
        Await.until("a session", () -> site.peer(peer.key).receivedBytes() == 148 + 32);
        clock.advance(Duration.ofSeconds(180));
        peer.send(peer.seal(IpPackets.packet("10.0.0.2", "10.0.0.1", "late")));
        return 1;
    }

    private long notAuthentic() {
        peer.shakeHands();
        byte[] data = peer.seal(IpPackets.packet("10.0.0.2", "10.0.0.1", "forged"));
        data[data.length - 1] ^= 1;
        peer.send(data);
        return 1;
    }

    private long replayed() {
        peer.shakeHands();
        byte[] keepalive = peer.seal(new byte[0]);
        peer.send(keepalive);
        peer.send(keepalive);
        return 1;
    }

    private long notIp() {
        peer.shakeHands();
        byte[] packet = IpPackets.packet("10.0.0.2", "10.0.0.1", 40);
        peer.send(peer.seal(Arrays.copyOf(packet, 16))); // no whole header
        peer.send(peer.seal(Arrays.copyOf(packet, 32))); // shorter than it states
        packet[0] = 0x55;
        peer.send(peer.seal(packet)); // neither IPv4 nor IPv6
        packet[0] = 0x45;
        packet[3] = 19;
        peer.send(peer.seal(packet)); // states less than its header
        site.awaitDrops(DropReason.NOT_IP, 4);
        packet[0] = 0x35;
        site.tun.send(packet, Arrays.copyOf(packet, 1), new byte[0]);
        return 7;
    }

    private long unallowedSource() {
        peer.shakeHands();
        peer.send(peer.seal(IpPackets.packet("10.0.0.3", "10.0.0.1", "spoofed")));
        peer.send(peer.seal(IpPackets.packet("fd00::2", "fd00::1", "spoofed")));
        return 2;
    }

    private long tunRefused() {
        peer.shakeHands();
        site.tun.refuse(true);
        peer.send(peer.seal(IpPackets.packet("10.0.0.2", "10.0.0.1", "refused")));
        return 1;
    }

    // ---- from the TUN

    private long noRoute() {
        site.tun.send(
                IpPackets.packet("10.0.0.1", "10.0.0.3", "to nobody"),
                IpPackets.packet("fd00::1", "fd00::3", "to nobody"));
        receiveErrors(2);
        return 2;
    }

    private long noEndpoint() {
        site.configure(
                DeviceUpdate.builder()
                        .replacePeers()
                        .peer(PeerUpdate.of(peer.key).allow("10.0.0.2/32")));
        site.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", "where?"));
        receiveErrors(1);
        return 1;
    }

    private void receiveErrors(int count) {
        for (byte[] error : site.tun.receive(count))
            assertThat(IpPackets.icmp(error)).isIn("3/1", "1/3");
    }

    /// Packets of our own come back; those of others may go to the same place.
    private long routingLoop() {
        String to = peer.endpoint.address().toString();
        site.configure(DeviceUpdate.builder().peer(PeerUpdate.of(peer.key).allow(to + "/32")));
        byte[] own = IpPackets.packet("192.0.2.1", to, 60);
        own[9] = 17;
        ByteBuffer ports = ByteBuffer.wrap(own, 20, 4);
        ports.putShort((short) site.endpoint().port()).putShort((short) peer.endpoint.port());
        byte[] others = own.clone();
        others[21]++;
        site.tun.send(own, others);
        assertThat(peer.receive()[0]).isEqualTo((byte) Message.INITIATION); // for the other
        return 1;
    }

    private long stagedOverflow() {
        for (int i = 0; i < 130; i++)
            site.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", "p" + i));
        site.awaitDrops(DropReason.STAGED_OVERFLOW, 1);
        peer.consume(peer.answer(peer.receive()));
        return 1;
    }

    private long handshakeGivenUp() {
        site.tun.send(
                IpPackets.packet("10.0.0.1", "10.0.0.2", "p"),
                IpPackets.packet("10.0.0.1", "10.0.0.2", 20));
        for (int attempt = 0; attempt < 20; attempt++) {
            assertThat(peer.receive()[0]).isEqualTo((byte) Message.INITIATION);
            assertThat(site.drops(DropReason.HANDSHAKE_GIVEN_UP)).isZero();
            clock.advance(Duration.ofMillis(5334));
        }
        return 2;
    }

    private long sendFailed() {
        peer.shakeHands();
        Await.until("a session", () -> site.peer(peer.key).receivedBytes() == 148 + 32);
        site.host.onSend(
                (packets, i, to) -> {
                    throw SendFault.unreachable(i);
                });
        site.tun.send(
                IpPackets.packet("10.0.0.1", "10.0.0.2", "p0"),
                IpPackets.packet("10.0.0.1", "10.0.0.2", "p1"));
        return 2;
    }

    private long interfaceDown() {
        Gate barrier = new Gate();
        site.host.onSend((packets, i, to) -> barrier.pass());
        peer.send(peer.initiation());
        barrier.awaitVisitor();
        peer.send(peer.initiation());
        peer.send(peer.initiation());
        peer.send(new byte[32]);
        site.awaitDrops(DropReason.UNKNOWN_TYPE, 1);
        besides.add(DropReason.UNKNOWN_TYPE);
        site.tun.down();
        besides.add(DropReason.SEND_FAILED); // the response at the gate
        barrier.open();
        return 2;
    }

    // ---- more than one way to be dropped

    @Test
    void countsWhatWaitsForAPeerThatIsRemoved() {
        site.tun.send(
                IpPackets.packet("10.0.0.1", "10.0.0.2", "p0"),
                IpPackets.packet("10.0.0.1", "10.0.0.2", 20));
        peer.receive();
        site.configure(DeviceUpdate.builder().peer(PeerUpdate.of(peer.key).remove()));
        site.awaitDrops(DropReason.HANDSHAKE_GIVEN_UP, 2);
    }

    @Test
    void countsWhatWaitsWhenTheInterfaceGoesDown() {
        site.tun.send(
                IpPackets.packet("10.0.0.1", "10.0.0.2", "p0"),
                IpPackets.packet("10.0.0.1", "10.0.0.2", 20));
        peer.receive();
        site.tun.down();
        site.awaitDrops(DropReason.HANDSHAKE_GIVEN_UP, 2);
    }

    @Test
    void doesNotCountKeepalives() {
        peer.shakeHands();
        peer.send(peer.seal(new byte[0]));
        Await.until("the keepalives", () -> site.peer(peer.key).receivedBytes() == 148 + 64);
        assertThat(site.device.drops().values()).containsOnly(0L);
    }

    @Test
    void answersNothingWithoutAValidMac() {
        byte[] initiation = peer.initiation();
        initiation[Initiation.MAC1 + 15] ^= (byte) 0x80;
        peer.send(initiation);
        site.awaitDrops(DropReason.INVALID_MAC, 1);
        assertThat(peer.socket.waiting()).isZero();
    }

    @Test
    void letsNobodyMoveAnEndpointWithACookieReply() {
        Endpoint before = site.peer(peer.key).endpoint();
        byte[] cookie = new byte[64];
        cookie[0] = Message.COOKIE_REPLY;
        site.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.2", "staged"));
        System.arraycopy(peer.receive(), 4, cookie, 4, 4);
        net.host("198.51.100.1").socket(1).send(site.endpoint(), cookie);
        site.awaitDrops(DropReason.INVALID_COOKIE, 1);
        assertThat(site.peer(peer.key).endpoint()).isEqualTo(before);
    }

    /// An eighth of the queue.
    private static final int LOAD = 512;
}
