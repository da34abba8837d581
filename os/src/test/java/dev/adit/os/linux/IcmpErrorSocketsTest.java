package dev.adit.os.linux;

import static org.assertj.core.api.Assertions.assertThat;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.adit.ip.header.IpPacket;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.ip.port.Tun;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;

class IcmpErrorSocketsTest {
    private final String name = Host.newName();
    private final String address = Host.newNetwork() + ".1";
    private final TunEventLog events = new TunEventLog();
    private final PacketBatch error = new PacketBatch(1, 256);
    private Tun tun;

    @BeforeEach
    void open() throws IOException {
        Host.requireTun();
        Host.requireRawSockets();
        tun = new LinuxTunFactory().create(name, 1420);
    }

    @AfterEach
    void close() {
        if (tun != null) tun.close();
        error.close();
    }

    private void errorTo(String destination) throws IOException {
        byte[] to = InetAddress.getByName(destination).getAddress();
        boolean v6 = to.length == 16;
        int header = v6 ? IpPacket.V6_HEADER : IpPacket.V4_HEADER;
        MemorySegment memory = error.memory();
        memory.fill((byte) 0);
        int at = PacketBatch.HEADROOM;
        memory.set(JAVA_BYTE, at, (byte) (v6 ? 0x60 : 0x45));
        int destinationAt = v6 ? IpPacket.V6_DESTINATION : IpPacket.V4_DESTINATION;
        MemorySegment.copy(to, 0, memory, JAVA_BYTE, at + destinationAt, to.length);
        memory.set(JAVA_BYTE, at + header, (byte) (v6 ? 1 : 3));
        memory.set(JAVA_BYTE, at + header + 1, (byte) (v6 ? 3 : 1));
        error.clear();
        error.add(at, header + 8 + 28);
    }

    @Test
    void sendToThisHost() throws Exception {
        tun.watch(events);
        events.expect("mtu 1420", "down");
        errorTo("127.0.0.1");
        assertThat(tun.sendIcmpError(error, 0)).isTrue();
        Host.requireInet6();
        errorTo("::1");
        assertThat(tun.sendIcmpError(error, 0)).isTrue();
    }

    @Test
    void sayWhenTheSystemRefuses() throws Exception {
        tun.watch(events);
        events.expect("mtu 1420", "down");
        errorTo("255.255.255.255");
        assertThat(tun.sendIcmpError(error, 0)).isFalse();
    }

    @Test
    void areNotUsedBeforeTheInterfaceIsKnownNorWhenItIsClosed() throws Exception {
        errorTo("127.0.0.1");
        assertThat(tun.sendIcmpError(error, 0)).isFalse();
        tun.watch(events);
        events.expect("mtu 1420", "down");
        tun.close();
        assertThat(tun.sendIcmpError(error, 0)).isFalse();
    }

    @Test
    void areNotUsedForAnInterfaceInAnotherNamespace() throws Exception {
        Host.requireNamespaces();
        Host.ip("address add " + address + "/24 dev " + name);
        Host.ip("link set " + name + " up");
        tun.watch(events);
        events.expect("mtu 1420", "up");
        errorTo(address);
        assertThat(tun.sendIcmpError(error, 0)).isTrue();
        try (Host.Namespace elsewhere = new Host.Namespace()) {
            Host.ip("link set " + name + " netns " + elsewhere.name());
            events.expect("down");
            errorTo("127.0.0.1");
            assertThat(tun.sendIcmpError(error, 0)).isFalse();
        }
    }
}
