package dev.adit.tools.training;

import dev.adit.device.Device;
import dev.adit.device.config.DeviceControl;
import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.PeerUpdate;
import dev.adit.device.uapi.UapiClient;
import dev.adit.device.uapi.UapiSocket;
import dev.adit.ip.address.Endpoint;
import dev.adit.ip.port.TunFactory;
import dev.adit.protocol.keys.PrivateKey;
import dev.adit.tools.daemon.Daemon;
import dev.adit.tools.keys.FreshKey;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// The training run of the daemon, in which the JVM records what it loads, links and learns for its
/// AOT cache (JEP 483, JEP 515): with a peer, packets to carry and handshakes to compute.
///
/// It uses names, addresses and ports of its own, and should run in a network namespace and with a
/// `/run` of its own. Failures are ignored: the daemon works the same, it only starts slower.
public final class DaemonTraining {
    /// Runs the daemon from its start to its end, in this JVM, which ends with it.
    ///
    /// @param tool the command to which words for the launcher are appended: `list_tool_classes
    ///   INTERFACE` or `run_java_tool ARGUMENT...`
    public static void main(String[] tool) throws IOException {
        Thread.ofPlatform().daemon().start(DaemonTraining::giveUpInTime);
        Thread.ofPlatform().daemon().start(() -> accompany(List.of(tool)));
        Daemon.main(new String[] {NAME});
    }

    private static void giveUpInTime() {
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(60));
        Runtime.getRuntime().halt(1);
    }

    private static void accompany(List<String> tool) {
        try {
            try {
                perform(tool);
            } finally {
                TcpSink.run("ip", "link", "delete", NAME);
            }
        } catch (IOException | RuntimeException e) {
            e.printStackTrace(); // to the training run's log; a failure only makes starts slower
        }
    }

    private static void perform(List<String> tool) throws IOException {
        try (Device other = otherEnd();
                TcpSink sink = TcpSink.seat(tool, OTHER_NAME, "10.99.0.2/24")) {
            awaitSocket();
            DeviceControl daemon = new UapiClient(new UapiSocket(NAME));
            PrivateKey key = FreshKey.privateKey(), otherKey = FreshKey.privateKey();
            daemon.configure(update(key, PORT, otherKey, OTHER_PORT));
            other.configure(update(otherKey, OTHER_PORT, key, PORT));
            TcpSink.run("ip", "address", "add", "10.99.0.1/24", "dev", NAME);
            TcpSink.run("ip", "link", "set", "up", "dev", NAME);
            send();
            sendOneByOne();
            sink.transfer();
            try (HandshakeLoad callers = new HandshakeLoad()) {
                callers.call(CALLS);
            }
            TcpSink.run(tool, "list_tool_classes", NAME);
        }
    }

    private static Device otherEnd() throws IOException {
        TunFactory factory = ServiceLoader.load(TunFactory.class).findFirst().orElseThrow();
        return Device.builder().tun(factory.create(OTHER_NAME, 1420)).build();
    }

    private static void awaitSocket() throws IOException {
        while (UapiSocket.list(UapiSocket.DIRECTORY).isEmpty()) pause();
    }

    private static DeviceUpdate update(PrivateKey key, int port, PrivateKey peerKey, int peerPort) {
        PeerUpdate peer =
                PeerUpdate.of(peerKey.publicKey())
                        .endpoint(Endpoint.parse("127.0.0.1:" + peerPort).orElseThrow())
                        .persistentKeepalive(25)
                        .replaceAllowedIps()
                        .allow("10.99.0.0/24")
                        .build();
        return DeviceUpdate.builder()
                .privateKey(key.copy())
                .listenPort(port)
                .replacePeers()
                .peer(peer)
                .build();
    }

    /// Sends packets into the tunnel. They are not answered, which does not matter.
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

    /// Sends packets one by one, each when the previous one was carried. They take other branches
    /// than many at once; without them the JVM compiles those branches only after thousands of
    /// pings of each daemon.
    private static void sendOneByOne() throws IOException {
        byte[] bytes = new byte[64];
        InetAddress nobody = InetAddress.getByAddress(new byte[] {10, 99, 0, 2});
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(6);
        try (DatagramSocket socket = new DatagramSocket()) {
            for (int i = 0; i < 6000 && System.nanoTime() < end; i++) {
                socket.send(new DatagramPacket(bytes, bytes.length, nobody, 9));
                LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(200));
            }
        }
    }

    private static void pause() {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }

    private static final String NAME = "adit-training";
    private static final String OTHER_NAME = "adit-audience";
    private static final int PORT = 51830;
    private static final int OTHER_PORT = 51831;

    // Enough for the JVM to compile all of it at the highest level.
    private static final int CALLS = 1000;

    private DaemonTraining() {}
}
