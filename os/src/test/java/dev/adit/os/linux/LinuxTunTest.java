package dev.adit.os.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.ip.address.IpAddress;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.ip.port.ErrnoException;
import dev.adit.ip.port.Tun;
import dev.adit.os.ffi.Errno;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

class LinuxTunTest {
    private final String name = Host.newName();
    private final String network = Host.newNetwork();
    private final PacketBatch batch = new PacketBatch(128, 1 << 18);
    private Tun tun;

    @BeforeEach
    void open() throws IOException {
        Host.requireTun();
        tun = new LinuxTunFactory().create(name, 1420);
    }

    @AfterEach
    void close() {
        if (tun != null) tun.close();
        batch.close();
    }

    private void configure() {
        Host.ip("addr add " + network + ".1/24 dev " + name);
        Host.ip("link set " + name + " up");
    }

    private DatagramChannel socket() throws IOException {
        DatagramChannel socket = DatagramChannel.open();
        socket.bind(new InetSocketAddress(InetAddress.getByName(network + ".1"), 0));
        return socket;
    }

    private InetSocketAddress remote() {
        return new InetSocketAddress(network + ".2", PORT);
    }

    private static ByteBuffer payload(int bytes, int seed) {
        byte[] payload = new byte[bytes];
        for (int i = 0; i < bytes; i++) payload[i] = (byte) (seed + i);
        return ByteBuffer.wrap(payload);
    }

    /// Reads until `count` packets to [#PORT] have come; the kernel has some of its own.
    private List<byte[]> readUdp(int count) throws Exception {
        List<byte[]> packets = new ArrayList<>();
        return Host.promptly(
                () -> {
                    while (packets.size() < count) {
                        tun.read(batch);
                        assertThat(batch.size()).isPositive();
                        for (int i = 0; i < batch.size(); i++) {
                            assertThat(batch.offset(i) % 16).isZero();
                            assertThat(batch.segmentSize(i)).isZero();
                            if (Packets.isUdpTo(batch, i, PORT)) {
                                packets.add(Packets.bytes(batch, i));
                            }
                        }
                    }
                    return packets;
                });
    }

    @Test
    void readsWhatTheHostSends() throws Exception {
        configure();
        try (DatagramChannel socket = socket()) {
            socket.send(payload(100, 1), remote());
        }

        byte[] packet = readUdp(1).getFirst();

        assertThat(packet).hasSize(128);
        assertThat(ByteBuffer.wrap(packet).slice(28, 100)).isEqualTo(payload(100, 1));
    }

    @Test
    void readsThePacketsThatWaitTogether() throws Exception {
        configure();
        try (DatagramChannel socket = socket()) {
            for (int i = 0; i < 60; i++) socket.send(payload(3 + i, i), remote());
        }

        List<byte[]> packets = readUdp(60);

        for (int i = 0; i < 60; i++) {
            ByteBuffer content = ByteBuffer.wrap(packets.get(i)).slice(28, 3 + i);
            assertThat(content).isEqualTo(payload(3 + i, i));
        }
        assertThat(batch.size()).isGreaterThanOrEqualTo(59);
        for (int i = 1; i < batch.size(); i++) {
            int room = batch.offset(i) - batch.offset(i - 1) - batch.length(i - 1);
            assertThat(room).isGreaterThanOrEqualTo(PacketBatch.HEADROOM);
        }
        assertThat(batch.offset(0)).isGreaterThanOrEqualTo(PacketBatch.HEADROOM);
    }

    @Test
    void leavesForTheNextReadWhatDoesNotFit() throws Exception {
        configure();
        try (DatagramChannel socket = socket();
                PacketBatch two = new PacketBatch(2, 1 << 18);
                PacketBatch small = new PacketBatch(128, (1 << 16) + 64)) {
            for (int i = 0; i < 8; i++) socket.send(payload(500, i), remote());
            int seen = 0;
            for (int i = 0; seen < 8; i++) {
                PacketBatch into = i % 2 == 0 ? two : small;
                Host.promptly(() -> readInto(into));
                assertThat(into.size()).isBetween(1, 2);
                for (int j = 0; j < into.size(); j++) {
                    if (!Packets.isUdpTo(into, j, PORT)) continue;
                    assertThat(Packets.bytes(into, j)[28]).isEqualTo((byte) seen++);
                }
            }
        }
    }

    private Void readInto(PacketBatch into) throws IOException {
        tun.read(into);
        return null;
    }

    @Test
    void readsPacketsOf64KiB() throws Exception {
        Host.ip("link set " + name + " mtu 65535");
        configure();
        try (DatagramChannel socket = socket()) {
            socket.send(payload(65507, 5), remote());
        }

        byte[] packet = readUdp(1).getFirst();

        assertThat(packet).hasSize(65535);
        assertThat(ByteBuffer.wrap(packet).slice(28, 65507)).isEqualTo(payload(65507, 5));
    }

    @Test
    void refusesABatchWithoutRoom() {
        try (PacketBatch small = new PacketBatch(1, 1 << 16)) {
            assertThatThrownBy(() -> tun.read(small)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void deliversToTheHost() throws Exception {
        configure();
        try (DatagramChannel socket = socket()) {
            int port = ((InetSocketAddress) socket.getLocalAddress()).getPort();
            for (int i = 0; i < 3; i++) addIncoming(port, i);

            assertThat(tun.write(batch, 1, 3)).isEqualTo(2);

            for (int i = 1; i < 3; i++) {
                ByteBuffer received = ByteBuffer.allocate(100);
                assertThat(Host.promptly(() -> socket.receive(received))).isEqualTo(remote());
                assertThat(received.flip()).isEqualTo(payload(20, i));
            }
        }
    }

    private void addIncoming(int port, int i) {
        byte[] packet =
                Packets.udp(
                        address(network + ".2"),
                        address(network + ".1"),
                        PORT,
                        port,
                        payload(20, i).array());
        Packets.add(batch, 64 + 256 * i, packet, 0);
    }

    private static int address(String text) {
        return (int) (IpAddress.parse(text).get().high() >>> 32);
    }

    @Test
    void countsOnlyThePacketsThatWereTaken() throws IOException {
        addIncoming(9, 0);
        assertThat(tun.write(batch, 0, 1)).as("while down").isZero();

        configure();
        Packets.add(batch, 1024, new byte[] {0x75, 1, 2, 3}, 0);
        addIncoming(9, 2);
        assertThat(tun.write(batch, 0, 3)).isEqualTo(2);
        assertThat(tun.write(batch, 1, 2)).isZero();
        assertThat(tun.write(batch, 2, 2)).isZero();
    }

    @Test
    void waitsWhileTheInterfaceIsDown() throws Exception {
        CompletableFuture<byte[]> packet = Host.async(() -> readUdp(1).getFirst());
        configure();
        Host.ip("link set " + name + " down");
        assertThat(packet).isNotDone();

        configureAgain();
        try (DatagramChannel socket = socket()) {
            socket.send(payload(10, 0), remote());
        }
        assertThat(packet.get(Host.PATIENCE, TimeUnit.SECONDS)).hasSize(38);
    }

    private void configureAgain() {
        Host.ip("link set " + name + " up");
    }

    @Test
    void saysThatTheInterfaceIsGone() throws Exception {
        CompletableFuture<Void> blocked = Host.async(() -> readInto(batch));
        PacketBatch packets = new PacketBatch(1, 4096);
        Packets.add(packets, 64, new byte[20], 0);

        Host.ip("link del " + name);

        assertThatThrownBy(() -> blocked.get(Host.PATIENCE, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(ErrnoException.class)
                .hasMessageContaining("EBADFD")
                .hasMessageContaining("gone");
        assertThatThrownBy(() -> tun.read(batch)).isInstanceOf(ErrnoException.class);
        assertThatThrownBy(() -> tun.write(packets, 0, 1))
                .isInstanceOfSatisfying(
                        ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EBADFD));
        assertThat(tun.name()).isEqualTo(name);
        assertThat(tun.mtu()).isEqualTo(1420);
        packets.close();
    }

    @Test
    void endsABlockedReadOnClose() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CompletableFuture<Void> blocked =
                Host.async(
                        () -> {
                            started.countDown();
                            return readInto(batch);
                        });
        started.await();

        tun.close();

        assertThatThrownBy(() -> blocked.get(Host.PATIENCE, TimeUnit.SECONDS))
                .cause()
                .isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void mayBeClosedWhileItIsUsed() throws Exception {
        tun.close();
        addIncoming(9, 0);
        for (int round = 0; round < 30; round++) {
            Tun cycle = new LinuxTunFactory().create(name, 1420);
            CountDownLatch used = new CountDownLatch(2);
            CompletableFuture<Void> writer =
                    Host.async(
                            () -> {
                                while (true) {
                                    cycle.write(batch, 0, 1);
                                    used.countDown();
                                }
                            });
            CompletableFuture<Void> asking =
                    Host.async(
                            () -> {
                                while (!writer.isDone()) {
                                    assertThat(cycle.name()).isEqualTo(name);
                                    assertThat(cycle.mtu()).isEqualTo(1420);
                                    used.countDown();
                                }
                                return null;
                            });
            used.await();
            cycle.close();
            assertThatThrownBy(() -> writer.get(Host.PATIENCE, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOf(ClosedChannelException.class);
            asking.get(Host.PATIENCE, TimeUnit.SECONDS);
        }
    }

    @Test
    void isClosedForGood() throws IOException {
        tun.close();
        tun.close();

        assertThatThrownBy(() -> tun.read(batch)).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> tun.write(batch, 0, 0)).isInstanceOf(ClosedChannelException.class);
        assertThat(tun.name()).isEqualTo(name);
        assertThat(tun.mtu()).isEqualTo(1420);
        assertThatThrownBy(() -> Host.ip("link show " + name)).hasMessageContaining(name);
    }

    @Test
    void knowsItsNameAndMtuWhateverHappens() {
        assertThat(tun.name()).isEqualTo(name);
        assertThat(tun.mtu()).isEqualTo(1420);

        String second = Host.newName();
        Host.ip("link set " + name + " mtu 1280");
        Host.ip("link set " + name + " name " + second);
        assertThat(tun.name()).isEqualTo(second);
        assertThat(tun.mtu()).isEqualTo(1280);

        Host.requireNamespaces();
        try (Host.Namespace elsewhere = new Host.Namespace();
                Host.Namespace further = new Host.Namespace()) {
            Host.ip("link set " + second + " netns " + elsewhere.name());
            assertThat(tun.name()).isEqualTo(second);
            assertThat(tun.mtu()).isEqualTo(1280);

            elsewhere.ip("link set " + second + " mtu 1300");
            Host.ip("tuntap add mode tun dev " + second); // not ours, and with an MTU of 1500
            assertThat(tun.mtu()).isEqualTo(1300);
            Host.ip("link del " + second);

            elsewhere.ip("link set " + second + " netns " + further.name());
            further.ip("link set " + second + " mtu 1310 name " + name);
            assertThat(tun.name()).isEqualTo(name);
            assertThat(tun.mtu()).isEqualTo(1310);
        }
    }

    @Test
    void carriesPacketsFromAnotherNamespace() throws Exception {
        Host.requireNamespaces();
        try (Host.Namespace elsewhere = new Host.Namespace()) {
            Host.ip("link set " + name + " netns " + elsewhere.name());
            elsewhere.ip("addr add " + network + ".1/24 dev " + name);
            elsewhere.ip("link set " + name + " up");
            CompletableFuture<Void> echo = Host.async(this::answerEchoRequest);

            Host.ip("netns exec " + elsewhere.name() + " ping -c 1 -W 5 " + network + ".2");

            echo.get(Host.PATIENCE, TimeUnit.SECONDS);
        }
    }

    /// Turns the first ICMP echo request that comes into its reply.
    private Void answerEchoRequest() throws IOException {
        while (true) {
            tun.read(batch);
            for (int i = 0; i < batch.size(); i++) {
                ByteBuffer packet = ByteBuffer.wrap(Packets.bytes(batch, i));
                if (packet.get(0) != 0x45 || packet.get(9) != 1 || packet.get(20) != 8) continue;
                int source = packet.getInt(12);
                packet.putInt(12, packet.getInt(16)).putInt(16, source).put(20, (byte) 0);
                int sum = (packet.getShort(22) & 0xffff) + 0x0800;
                packet.putShort(22, (short) (sum + (sum >>> 16)));
                batch.clear();
                Packets.add(batch, 64, packet.array(), 0);
                assertThat(tun.write(batch, 0, 1)).isEqualTo(1);
                return null;
            }
        }
    }

    @Test
    void allocatesNothingPerPacket() throws Exception {
        configure();
        try (DatagramChannel socket = socket();
                PacketBatch into = new PacketBatch(4, 1 << 18)) {
            addIncoming(9, 0);
            Host.assertSettlesWithoutAllocation(
                    () -> {
                        for (int i = 0; i < 100; i++) socket.send(payload(10, i), remote());
                    },
                    () -> {
                        for (int i = 0; i < 25; i++) {
                            tun.read(into);
                            tun.write(batch, 0, 1);
                        }
                    });
        }
    }

    @Test
    void leavesNothingOpen() throws Exception {
        tun.close();
        openAndClose();
        long before = Host.descriptors();
        for (int i = 0; i < 50; i++) openAndClose();
        assertThat(Host.descriptors()).isEqualTo(before);
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith("adit-" + name));
    }

    private void openAndClose() throws Exception {
        Tun cycle = new LinuxTunFactory().create(name, 1420);
        TunEventLog events = new TunEventLog();
        cycle.watch(events);
        CompletableFuture<Void> blocked =
                Host.async(
                        () -> {
                            cycle.read(batch);
                            return null;
                        });
        events.expect("mtu 1420", "down");
        cycle.close();
        assertThatThrownBy(() -> blocked.get(Host.PATIENCE, TimeUnit.SECONDS))
                .cause()
                .isInstanceOf(ClosedChannelException.class);
    }

    private static final int PORT = 7001;
}
