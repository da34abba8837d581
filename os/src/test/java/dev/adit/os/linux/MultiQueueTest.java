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
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// An interface with several queues, each read by a thread of its own.
class MultiQueueTest {
    private static final int QUEUES = 3, FLOWS = 40, PORT = 9000;

    private final String name = Host.newName();
    private final String network = Host.newNetwork();
    private final LinuxTunFactory factory = new LinuxTunFactory();
    private final List<CompletableFuture<Void>> readers = new ArrayList<>();

    /// By the flow's remote port: the queues that brought its packets, and their payloads.
    private final Map<Integer, List<Integer>> queuesOf = new ConcurrentHashMap<>();

    private final Map<Integer, List<Integer>> payloadsOf = new ConcurrentHashMap<>();
    private final AtomicInteger icmp = new AtomicInteger();
    private Tun tun;

    @BeforeEach
    void open() throws IOException {
        Host.requireTun();
        tun = factory.create(name, 1420, QUEUES);
    }

    @AfterEach
    void close() {
        if (tun != null) tun.close();
    }

    private void configure() {
        Host.ip("addr add " + network + ".1/24 dev " + name);
        Host.ip("link set " + name + " up");
    }

    private void startReaders() {
        for (int q = 0; q < QUEUES; q++) {
            int queue = q;
            readers.add(Host.async(() -> read(queue)));
        }
    }

    private Void read(int queue) throws IOException {
        try (PacketBatch batch = new PacketBatch(128, 1 << 18)) {
            while (true) {
                tun.readers().get(queue).read(batch);
                for (int i = 0; i < batch.size(); i++) note(queue, Packets.bytes(batch, i));
            }
        }
    }

    private void note(int queue, byte[] packet) {
        if (packet[0] == 0x45 && packet[9] == 1) icmp.incrementAndGet();
        if (packet[0] != 0x45 || packet[9] != 17) return; // the kernel has some of its own
        ByteBuffer bytes = ByteBuffer.wrap(packet);
        int flow = bytes.getShort(22) & 0xffff;
        queuesOf.computeIfAbsent(flow, f -> new ArrayList<>()).add(queue);
        payloadsOf.computeIfAbsent(flow, f -> new ArrayList<>()).add(bytes.getInt(28));
    }

    private void send(DatagramChannel socket, int flow, int number) throws IOException {
        socket.send(
                ByteBuffer.allocate(8).putInt(0, number),
                new InetSocketAddress(network + ".2", flow));
    }

    private DatagramChannel socket() throws IOException {
        return DatagramChannel.open()
                .bind(new InetSocketAddress(InetAddress.getByName(network + ".1"), PORT));
    }

    private boolean hasAll(int packets) {
        return payloadsOf.values().stream().mapToInt(List::size).sum() >= packets;
    }

    @Test
    void everyFlowIsInOneQueueAndInOrder() throws Exception {
        configure();
        startReaders();
        int each = 25;
        try (DatagramChannel socket = socket()) {
            for (int n = 0; n < each; n++) {
                for (int flow = 0; flow < FLOWS; flow++) send(socket, 10_000 + flow, n);
            }
            assertThat(Host.eventually(() -> hasAll(FLOWS * each))).isTrue();
        }
        tun.close();
        awaitReaders();
        for (int flow = 10_000; flow < 10_000 + FLOWS; flow++) {
            assertThat(queuesOf.get(flow)).hasSize(each).containsOnly(queuesOf.get(flow).get(0));
            assertThat(payloadsOf.get(flow)).isSorted();
        }
        assertThat(queuesOf.values().stream().flatMap(List::stream).distinct().count())
                .as("queues in use")
                .isGreaterThan(1);
    }

    /// As the kernel steers them: what is written to a queue has its answers come out of it.
    @Test
    void answersComeFromTheQueueThatTheyAreAnswersTo() throws Exception {
        configure();
        startReaders();
        try (DatagramChannel socket = socket();
                PacketBatch batch = new PacketBatch(1, 4096)) {
            int local = address(".1"), remote = address(".2");
            ByteBuffer got = ByteBuffer.allocate(2000);
            for (int flow = 20_000; flow < 20_000 + FLOWS; flow++) {
                byte[] packet = Packets.udp(remote, local, flow, PORT, new byte[20]);
                batch.clear();
                Packets.add(batch, PacketBatch.HEADROOM, packet, 0);
                assertThat(tun.write(batch, 0, 1)).isOne();
                got.clear();
                socket.receive(got);
                send(socket, flow, 1);
            }
            assertThat(Host.eventually(() -> hasAll(FLOWS))).isTrue();
            tun.close();
            awaitReaders();
            for (int flow = 20_000; flow < 20_000 + FLOWS; flow++) {
                byte[] packet = Packets.udp(local, remote, PORT, flow, new byte[20]);
                MemorySegment slab = MemorySegment.ofArray(packet);
                assertThat(queuesOf.get(flow)).containsExactly(QueueSelector.of(slab, 0, QUEUES));
            }
        }
    }

    private int address(String host) {
        return (int) (IpAddress.parse(network + host).orElseThrow().high() >>> 32);
    }

    private void awaitReaders() throws Exception {
        for (CompletableFuture<Void> reader : readers) {
            assertThatThrownBy(() -> reader.get(Host.PATIENCE, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(ClosedChannelException.class);
        }
    }

    @Test
    void hasAsManyDescriptorsAsQueuesAndReleasesThem() throws IOException {
        assertThat(tun.readers()).hasSize(QUEUES);
        long with = Host.descriptors();
        tun.close();
        long icmp = Host.rawSockets();
        assertThat(with - Host.descriptors()).isEqualTo(QUEUES + 1 + icmp); // and a wakeup
        assertThatThrownBy(() -> Host.ip("link show " + name)).isNotNull();
    }

    @Test
    void everyReaderHearsThatTheInterfaceIsGone() throws Exception {
        configure();
        startReaders();
        Host.ip("link del " + name);
        for (CompletableFuture<Void> reader : readers) {
            assertThatThrownBy(() -> reader.get(Host.PATIENCE, TimeUnit.SECONDS))
                    .hasMessageContaining("the interface is gone");
        }
    }

    @Test
    void belongsToWhoeverMadeIt() {
        for (int queues : new int[] {1, QUEUES}) {
            assertThatThrownBy(() -> factory.create(name, 1420, queues))
                    .isInstanceOfSatisfying(
                            ErrnoException.class,
                            e -> assertThat(e.errno()).isEqualTo(Errno.EBUSY));
        }
        assertThat(tun.readers()).hasSize(QUEUES);
    }

    @Test
    void isOneQueueForAPersistentInterface() throws IOException {
        String persistent = Host.newName();
        Host.ip("tuntap add mode tun dev " + persistent);
        try (Tun attached = factory.create(persistent, 1400, QUEUES)) {
            assertThat(attached.readers()).hasSize(1);
            assertThat(attached.mtu()).isEqualTo(1400);
        } finally {
            Host.ip("link del " + persistent);
        }
    }

    @Test
    void letsTheKernelChooseANumber() throws IOException {
        String shorter = name.substring(0, Math.min(name.length(), 12));
        try (Tun first = factory.create(shorter + "x%d", 1420, 2)) {
            assertThat(first.name()).isEqualTo(shorter + "x0");
            assertThat(first.readers()).hasSize(2);
        }
    }

    @Test
    void goesAlongToAnotherNamespace() throws Exception {
        Host.requireNamespaces();
        try (Host.Namespace namespace = new Host.Namespace()) {
            Host.ip("link set " + name + " netns " + namespace.name());
            namespace.ip("addr add " + network + ".1/24 dev " + name);
            namespace.ip("link set " + name + " up");
            startReaders();
            // Nobody answers, which ping reports.
            Host.hasCommand(
                    "ip netns exec " + namespace.name() + " ping -c 1 -W 1 " + network + ".2");
            assertThat(Host.eventually(() -> icmp.get() > 0)).isTrue();
            assertThat(tun.name()).isEqualTo(name);
            tun.close();
            awaitReaders();
        }
    }
}
