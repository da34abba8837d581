package dev.adit.os.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpAddress;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.ip.port.Bind;
import dev.adit.ip.port.SendException;
import dev.adit.ip.port.Tun;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// What a bind's datagrams look like on the wire: a TUN interface is the wire.
class LinuxBindWireTest {
    private final String name = Host.newName();
    private final String network = Host.newNetwork();
    private final String network6 = "fd00:ad17:" + tail();
    private final PacketBatch wire = new PacketBatch(128, 1 << 18);
    private final PacketBatch out = new PacketBatch(20_000, 1 << 18);
    private Tun tun;
    private Bind bind;

    private static String tail() {
        return Long.toHexString(ProcessHandle.current().pid() & 0xffff);
    }

    @BeforeEach
    void open() throws IOException {
        Host.requireTun();
        tun = new LinuxTunFactory().create(name, 1400);
        Host.ip("addr add " + network + ".1/24 dev " + name);
        Host.ip("link set " + name + " up");
        bind = new LinuxBindFactory().open(0, 0);
    }

    @AfterEach
    void close() {
        if (bind != null) bind.close();
        if (tun != null) tun.close();
        wire.close();
        out.close();
    }

    private void configureInet6() {
        Host.requireInet6();
        addInet6(network6 + "::1");
        addInet6(network6 + "::11");
    }

    /// Adds an address, and waits until the kernel takes it for its own.
    private void addInet6(String address) {
        Host.ip("addr add " + address + "/64 dev " + name + " nodad");
        String route = "-6 route get " + address + " oif " + name;
        assertThat(Host.eventually(() -> Host.ip(route).startsWith("local"))).isTrue();
    }

    private Endpoint remote(String source) {
        IpAddress from = source == null ? null : IpAddress.parse(source).get();
        String address = source != null && from.v6() ? network6 + "::2" : network + ".2";
        return new Endpoint(IpAddress.parse(address).get(), PORT, 0, from, 0);
    }

    /// The next packets on the wire for which `wanted` holds.
    private List<ByteBuffer> capture(int count, Predicate<ByteBuffer> wanted) throws Exception {
        List<ByteBuffer> packets = new ArrayList<>();
        Host.promptly(
                () -> {
                    while (packets.size() < count) {
                        tun.read(wire);
                        for (int i = 0; i < wire.size(); i++) {
                            ByteBuffer packet = ByteBuffer.wrap(Packets.bytes(wire, i));
                            if (wanted.test(packet)) packets.add(packet);
                        }
                    }
                    return null;
                });
        return packets;
    }

    private static boolean isUdp4(ByteBuffer packet) {
        return packet.get(0) == 0x45 && packet.get(9) == 17;
    }

    /// UDP, or a fragment of it, over IPv6.
    private static boolean isUdp6(ByteBuffer packet) {
        return packet.get(0) >>> 4 == 6 && (packet.get(6) == 17 || packet.get(6) == 44);
    }

    @Test
    void setsTheTrafficClassButNeverDf() throws Exception {
        out.add(64, 100, 0, 0xb9);
        bind.send(out, 0, 1, remote(null));

        ByteBuffer packet = capture(1, LinuxBindWireTest::isUdp4).getFirst();

        assertThat(packet.get(1) & 0xff).isEqualTo(0xb9);
        assertThat(packet.getShort(6)).as("flags and fragment offset").isZero();
        assertThat(packet.getShort(20) & 0xffff).isEqualTo(bind.port());
        assertThat(packet.getShort(22) & 0xffff).isEqualTo(PORT);
        assertThat(packet.getShort(26)).as("UDP checksum").isNotZero();
    }

    @Test
    void setsTheHopLimitThatAPacketAsksFor() throws Exception {
        configureInet6();
        out.add(64, 100);
        out.add(164, 100);
        out.setHopLimit(7);
        for (String source : new String[] {network + ".1", network6 + "::1"}) {
            boolean v6 = source.indexOf(':') >= 0;
            bind.send(out, 0, 2, remote(source));
            List<ByteBuffer> packets =
                    capture(2, v6 ? LinuxBindWireTest::isUdp6 : LinuxBindWireTest::isUdp4);
            assertThat(packets.get(0).get(v6 ? 7 : 8)).isEqualTo((byte) 64);
            assertThat(packets.get(1).get(v6 ? 7 : 8)).isEqualTo((byte) 7);
        }
    }

    @Test
    void fragmentsWhatIsTooLongForTheInterface() throws Exception {
        out.add(64, 1500);
        bind.send(out, 0, 1, remote(null));
        List<ByteBuffer> v4 = capture(2, LinuxBindWireTest::isUdp4);
        assertThat(v4.get(0).getShort(6)).as("more fragments").isEqualTo((short) 0x2000);
        assertThat(v4.get(1).getShort(6)).isBetween((short) 1, (short) 0x1fff);

        configureInet6();
        bind.send(out, 0, 1, remote(network6 + "::1"));
        List<ByteBuffer> v6 = capture(2, LinuxBindWireTest::isUdp6);
        assertThat(v6).allMatch(packet -> packet.get(6) == 44);
    }

    @Test
    void sendsFromTheSourceOfTheEndpoint() throws Exception {
        Host.ip("addr add " + network + ".11/24 dev " + name);
        out.add(64, 10);
        bind.send(out, 0, 1, remote(network + ".11"));
        ByteBuffer v4 = capture(1, LinuxBindWireTest::isUdp4).getFirst();
        assertThat(IpAddress.v4(v4.getInt(12))).hasToString(network + ".11");

        configureInet6();
        bind.send(out, 0, 1, remote(network6 + "::11"));
        ByteBuffer v6 = capture(1, LinuxBindWireTest::isUdp6).getFirst();
        IpAddress source = IpAddress.parse(network6 + "::11").get();
        assertThat(v6.getLong(8)).isEqualTo(source.high());
        assertThat(v6.getLong(16)).isEqualTo(source.low());
    }

    @Test
    void receivesOnTheAddressThatWasAskedAndAnswersFromThere() throws Exception {
        configureInet6();
        Endpoint asked = new Endpoint(IpAddress.parse(network6 + "::11").get(), bind.port());
        try (Bind other = new LinuxBindFactory().open(0, 0)) {
            out.add(64, 10);
            other.send(out, 0, 1, asked);
            Endpoint back = receive(bind);
            assertThat(back.source()).isEqualTo(asked.address());
            bind.send(out, 0, 1, back);
            assertThat(receive(other).sameRemote(asked)).isTrue();
        }
    }

    @Test
    void keepsTheScopeOfLinkLocalPeers() throws Exception {
        Host.requireInet6();
        addInet6("fe80::ad17");
        int index = Integer.parseInt(Host.ip("-o link show " + name).split(":")[0]);
        Endpoint asked =
                new Endpoint(IpAddress.parse("fe80::ad17").get(), bind.port(), index, null, 0);
        try (Bind other = new LinuxBindFactory().open(0, 0)) {
            out.add(64, 10);
            other.send(out, 0, 1, asked);
            Endpoint back = receive(bind);
            assertThat(back.scope()).isEqualTo(index);
            assertThat(back.source()).isEqualTo(asked.address());
            bind.send(out, 0, 1, back);
            assertThat(receive(other).sameRemote(asked)).isTrue();
        }
    }

    private Endpoint receive(Bind from) throws Exception {
        return Host.promptly(
                () -> {
                    from.receivers().get(1).receive(wire);
                    return from.endpoint(wire, 0, null);
                });
    }

    @Test
    void routesByTheMark() throws Exception {
        int mark = 0xad170000 | (int) (ProcessHandle.current().pid() & 0xffff);
        String hex = Integer.toHexString(mark);
        String rule = "fwmark 0x" + hex + " to " + network + ".0/24 unreachable";
        out.add(64, 10);
        Host.ip("rule add " + rule);
        try {
            bind.send(out, 0, 1, remote(null));
            bind.mark(mark);
            assertThatThrownBy(() -> bind.send(out, 0, 1, remote(null)))
                    .isInstanceOf(SendException.class)
                    .hasMessageContaining("UNREACH");
            assertThatThrownBy(() -> bind.send(out, 0, 1, remote(network + ".1")))
                    .isInstanceOfSatisfying(
                            SendException.class, e -> assertThat(e.sourceGone()).isTrue());
            bind.mark(0);
            bind.send(out, 0, 1, remote(null));
        } finally {
            Host.ip("rule del " + rule);
        }
    }

    @Test
    void waitsForRoomInTheSocketBuffer() throws Exception {
        limitRate("200mbit");
        for (int i = 0; i < 8000; i++) out.add(64, 1300);

        Host.promptly(
                () -> {
                    bind.send(out, 0, 8000, remote(null));
                    return null;
                });

        // The kernel may have added a few of its own.
        Pattern sent = Pattern.compile(" 80\\d\\d pkt \\(dropped 0,");
        assertThat(Host.eventually(() -> sent.matcher(rateStatistics()).find())).isTrue();
    }

    @Test
    void isNotKeptByAFullSocketBufferFromClosing() throws Exception {
        limitRate("8kbit");
        for (int i = 0; i < 20_000; i++) out.add(64, 1300);
        CompletableFuture<Void> sender =
                Host.async(
                        () -> {
                            bind.send(out, 0, 20_000, remote(null));
                            return null;
                        });
        String before = "";
        while (!before.equals(rateStatistics())) before = rateStatistics();
        assertThat(sender).isNotDone();

        bind.close();

        assertThatThrownBy(() -> sender.get(Host.PATIENCE, TimeUnit.SECONDS))
                .cause()
                .isInstanceOfSatisfying(
                        SendException.class, e -> assertThat(e.refused()).isPositive())
                .hasMessageContaining("EBADF");
    }

    private void limitRate(String rate) {
        assumeTrue(Host.hasCommand("tc -V"), "needs tc(8)");
        String limit = "tc qdisc replace dev " + name + " root tbf rate " + rate;
        assumeTrue(Host.hasCommand(limit + " burst 64kb limit 100mb"), "needs the tbf qdisc");
    }

    private String rateStatistics() {
        return Host.run("tc -s qdisc show dev " + name);
    }

    private static final int PORT = 7002;
}
