package dev.adit.it.lab;

import dev.adit.ip.packet.PacketBatch;
import dev.adit.protocol.cookie.MacGenerator;
import dev.adit.protocol.crypto.CryptoProviders;
import dev.adit.protocol.keys.Keypair;
import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PrivateKey;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.protocol.keys.SecretKey;
import dev.adit.protocol.noise.Handshake;
import dev.adit.protocol.noise.StaticIdentity;
import dev.adit.protocol.session.SealBatch;
import dev.adit.protocol.session.Session;
import dev.adit.protocol.wire.Initiation;
import dev.adit.protocol.wire.Response;

import java.io.File;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;

/// A program that is a peer for a moment and tells the secrets that the daemon at the other end has
/// in common with it: `PORT THEIR-PUBLIC-KEY PRIVATE-KEY PRESHARED-KEY`.
///
/// It completes a handshake, sends data under the new session, and prints a line `NAME HEX` for
/// each secret.
public final class KnownPeer {

    /// The command that runs it in `netns`.
    public static Command in(Netns netns, String... arguments) {
        String java = System.getProperty("java.home") + "/bin/java";
        String classes =
                String.join(
                        File.pathSeparator,
                        "target/test-classes",
                        location(Handshake.class),
                        location(PacketBatch.class));
        List<String> argv = new ArrayList<>(List.of(java, "-cp", classes));
        argv.add(KnownPeer.class.getName());
        argv.addAll(List.of(arguments));
        return netns.command(argv.toArray(String[]::new));
    }

    private static String location(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation().getPath();
    }

    public static void main(String[] args) throws IOException {
        PublicKey daemon = PublicKey.fromBase64(args[1]).orElseThrow();
        PrivateKey own = PrivateKey.fromBase64(ascii(args[2]), 0, 44).orElseThrow();
        PresharedKey psk = PresharedKey.fromBase64(ascii(args[3]), 0, 44).orElseThrow();
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0]));
            socket.setSoTimeout(20_000);
            new KnownPeer(socket, daemon, own, psk).run();
        }
    }

    private final DatagramSocket socket;
    private final PublicKey daemon;
    private final PrivateKey own;
    private final PresharedKey psk;

    private KnownPeer(DatagramSocket socket, PublicKey daemon, PrivateKey own, PresharedKey psk) {
        this.socket = socket;
        this.daemon = daemon;
        this.own = own;
        this.psk = psk;
    }

    private void run() throws IOException {
        byte[] ephemeral = new byte[32];
        new SecureRandom().nextBytes(ephemeral);
        RandomGenerator known = knows(ephemeral);
        StaticIdentity identity = new StaticIdentity(own);
        Handshake handshake = new Handshake(daemon);
        handshake.identity(identity);
        handshake.presharedKey(psk);
        byte[] initiation = new byte[Initiation.LENGTH];
        MemorySegment message = MemorySegment.ofArray(initiation);
        if (!handshake.createInitiation(identity, Instant.now(), 7, known, message, 0)) {
            throw new AssertionError("no initiation");
        }
        new MacGenerator(daemon).stamp(0, message, 0, Initiation.MAC1);
        send(initiation);
        MemorySegment response = receive(Response.LENGTH);
        Keypair keys = handshake.consumeResponse(identity, response, 0).orElseThrow();
        print("static-static", dh(own.reveal(), daemon.toSegment()));
        print("ephemeral-static", dh(MemorySegment.ofArray(ephemeral), daemon.toSegment()));
        MemorySegment theirs = response.asSlice(Response.EPHEMERAL, PublicKey.LENGTH);
        print("ephemeral-ephemeral", dh(MemorySegment.ofArray(ephemeral), theirs));
        print("session receiving", bytes(keys.sending()));
        print("session sending", bytes(keys.receiving()));
        try (Session session = new Session(0, keys);
                SealBatch out = new SealBatch(1, 1 << 16)) {
            for (int i = 0; i < PACKETS; i++) exchange(session, out);
        }
    }

    /// Sends a packet that the daemon's host answers, and takes the answer.
    private void exchange(Session session, SealBatch out) throws IOException {
        out.clear();
        out.add(MemorySegment.ofArray(ECHO_REQUEST), 0, ECHO_REQUEST.length, 1420, 0);
        if (!session.seal(out)) throw new AssertionError("not sealed");
        PacketBatch sealed = out.sealed();
        byte[] datagram = new byte[sealed.length(0)];
        MemorySegment.copy(
                sealed.memory(),
                ValueLayout.JAVA_BYTE,
                sealed.offset(0),
                datagram,
                0,
                datagram.length);
        send(datagram);
        receive(datagram.length);
    }

    private void send(byte[] bytes) throws IOException {
        socket.send(new DatagramPacket(bytes, bytes.length));
    }

    private MemorySegment receive(int length) throws IOException {
        byte[] bytes = new byte[2048];
        DatagramPacket packet = new DatagramPacket(bytes, bytes.length);
        do socket.receive(packet);
        while (packet.getLength() != length);
        return MemorySegment.ofArray(bytes).asSlice(0, length);
    }

    private static RandomGenerator knows(byte[] ephemeral) {
        return new RandomGenerator() {
            @Override
            public long nextLong() {
                return 7;
            }

            @Override
            public void nextBytes(byte[] bytes) {
                System.arraycopy(ephemeral, 0, bytes, 0, bytes.length);
            }
        };
    }

    private static byte[] dh(MemorySegment scalar, MemorySegment point) {
        MemorySegment shared = MemorySegment.ofArray(new byte[32]);
        if (!CryptoProviders.provider().x25519(scalar, point, shared))
            throw new AssertionError("zero");
        return shared.toArray(ValueLayout.JAVA_BYTE);
    }

    private static byte[] bytes(SecretKey key) {
        return key.reveal().toArray(ValueLayout.JAVA_BYTE);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static void print(String name, byte[] secret) {
        System.out.println(name + " " + HexFormat.of().formatHex(secret));
    }

    private static final int PACKETS = 50;

    // From 10.9.0.2 to 10.9.0.1.
    private static final byte[] ECHO_REQUEST =
            HexFormat.of()
                    .parseHex(
                            "4500003000004000400126b90a0900020a090001"
                                    + "08009d9300070001000102030405060708090a0b0c0d0e0f10111213");
}
