package dev.adit.tools;

import dev.adit.device.Device;
import dev.adit.device.config.Configurable;
import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.PeerUpdate;
import dev.adit.device.io.TunFactory;
import dev.adit.device.uapi.UapiClient;
import dev.adit.device.uapi.UapiSocket;
import dev.adit.protocol.address.Endpoint;
import dev.adit.protocol.address.IpPrefix;
import dev.adit.protocol.keys.PrivateKey;
import dev.adit.tools.daemon.Daemon;
import dev.adit.tools.terminal.Terminal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Runs through what the programs do, so that the JVM can keep what it loaded, linked and learned
/// for later starts (JEP 483, JEP 515). Started by the launcher, once after each build.
///
/// Whatever fails is left out: the programs work the same, they only start slower.
public final class Rehearsal {
    /// Rehearses the tools, and the daemon too when `arguments` say `daemon`: it opens an interface
    /// and a socket under names of its own, which a network and a `/run` of its own should keep
    /// from everybody else.
    public static void main(String[] arguments) throws IOException {
        Thread.ofPlatform().daemon().start(Rehearsal::giveUpInTime);
        tools();
        if (List.of(arguments).contains("daemon")) {
            Thread.ofPlatform().daemon().start(Rehearsal::play);
            Daemon.main(new String[] {NAME});
        }
    }

    private static void giveUpInTime() {
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(30));
        Runtime.getRuntime().halt(1);
    }

    private static void tools() {
        adit("genkey");
        adit("genpsk");
        adit("pubkey");
        adit("help");
        adit("shwo");
        adit("show", "interfaces");
        adit("show", "all", "dump");
    }

    /// Runs a command with a private key as its input.
    private static void adit(String... arguments) {
        byte[] key =
                "QH8sX6cvKqTqdjB3HzXKvYPpuPuXDJyeEv0bSGMdPHk=\n"
                        .getBytes(StandardCharsets.US_ASCII);
        OutputStream nowhere = OutputStream.nullOutputStream();
        Map<String, String> environment = Map.of("WG_COLOR_MODE", "always");
        Adit.standard()
                .run(
                        new Terminal(
                                "adit",
                                new ByteArrayInputStream(key),
                                nowhere,
                                nowhere,
                                environment,
                                true),
                        List.of(arguments));
    }

    /// Gives the daemon a peer and something to carry, looks at it with the tools, and ends it.
    private static void play() {
        try (Device other = otherEnd()) {
            awaitSocket();
            Configurable daemon = new UapiClient(new UapiSocket(NAME));
            PrivateKey key = key(), otherKey = key();
            daemon.configure(update(key, PORT, otherKey, OTHER_PORT));
            other.configure(update(otherKey, OTHER_PORT, key, PORT));
            run("ip", "address", "add", "10.99.0.1/24", "dev", NAME);
            run("ip", "link", "set", "up", "dev", NAME);
            run("ip", "link", "set", "up", "dev", OTHER_NAME);
            send();
            adit("show");
            adit("show", NAME, "dump");
            adit("show", NAME, "transfer");
            adit("show", NAME, "drops");
        } catch (IOException | RuntimeException e) {
            e.printStackTrace();
        }
        run("ip", "link", "delete", NAME);
    }

    private static Device otherEnd() throws IOException {
        TunFactory factory = ServiceLoader.load(TunFactory.class).findFirst().orElseThrow();
        return Device.builder().tun(factory.create(OTHER_NAME, 1420)).build();
    }

    private static void awaitSocket() throws IOException {
        while (UapiSocket.list(UapiSocket.DIRECTORY).isEmpty()) pause();
    }

    private static PrivateKey key() {
        byte[] bytes = new byte[PrivateKey.LENGTH];
        new SecureRandom().nextBytes(bytes);
        return new PrivateKey(MemorySegment.ofArray(bytes));
    }

    private static DeviceUpdate update(PrivateKey key, int port, PrivateKey peerKey, int peerPort) {
        PeerUpdate peer =
                new PeerUpdate(
                        peerKey.publicKey(),
                        false,
                        false,
                        null,
                        Endpoint.parse("127.0.0.1:" + peerPort).orElseThrow(),
                        OptionalInt.of(25),
                        true,
                        List.of(
                                new PeerUpdate.AllowedIp(
                                        IpPrefix.parse("10.99.0.0/24").orElseThrow(), false)));
        return new DeviceUpdate(
                key.copy(), OptionalInt.of(port), OptionalInt.empty(), true, List.of(peer));
    }

    /// Sends packets into the tunnel. Nobody answers them, which does not matter.
    private static void send() throws IOException {
        byte[] bytes = new byte[1200];
        try (DatagramSocket socket = new DatagramSocket()) {
            for (int i = 0; i < 2000; i++) {
                bytes[0] = (byte) i;
                InetAddress nobody = InetAddress.getByAddress(new byte[] {10, 99, 0, 2});
                socket.send(new DatagramPacket(bytes, bytes.length, nobody, 9));
                if (i % 50 == 0) pause();
            }
        }
    }

    private static void pause() {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }

    private static void run(String... command) {
        try {
            new ProcessBuilder(command).inheritIO().start().waitFor();
        } catch (IOException | InterruptedException e) {
            e.printStackTrace();
        }
    }

    private static final String NAME = "adit-rehearsal";
    private static final String OTHER_NAME = "adit-audience";
    private static final int PORT = 51830;
    private static final int OTHER_PORT = 51831;

    private Rehearsal() {}
}
