package dev.adit.os.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.ip.port.Offload;
import dev.adit.ip.port.Tun;
import dev.adit.os.ffi.Errno;
import dev.adit.os.ffi.Libc;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

class TunSelfTestTest {
    private final String name = Host.newName();

    @Test
    void givesUpWhatTheKernelRefuses() throws Throwable {
        Offloads offloads = both();
        try (ShortOnly kernel = new ShortOnly()) {
            TunSelfTest.run(kernel.fd(), offloads);
        }
        assertThat(offloads.snapshot()).isEmpty();
    }

    @Test
    void keepsWhatTheKernelTreatsAsAnyPacket() {
        Offloads offloads = both();
        TunSelfTest.run(-1, offloads); // where every packet fails alike
        assertThat(offloads.snapshot()).containsExactly(Offload.TUN_GRO, Offload.TUN_UDP_GRO);
    }

    @Test
    void findsNothingWrongWithThisKernel() throws IOException {
        Host.requireTun();
        try (Tun tun = new LinuxTunFactory().create(name, 1420)) {
            assertThat(tun.offloads())
                    .contains(Offload.TUN_GRO)
                    .containsAll(tun.offloads().contains(Offload.TUN_USO) ? UDP : List.of());
        }
    }

    /// What the self-test relies on.
    @ParameterizedTest
    @ValueSource(ints = {VirtioNetHeader.TCPV4, VirtioNetHeader.UDP_L4})
    void aKernelRefusesABadHeaderBeforeItLooksWhetherTheInterfaceIsUp(int kind) throws IOException {
        Host.requireTun();
        TunDescriptor tun = TunDescriptor.create(name, 1420, 1).getFirst();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(100);
            memory.set(ValueLayout.JAVA_BYTE, VirtioNetHeader.BYTES, (byte) 0x45);
            assertThat(write(tun, memory)).isEqualTo(Errno.EIO);
            VirtioNetHeader.set(memory, 0, kind, 28, 10, 5000, 6);
            assertThat(write(tun, memory)).isEqualTo(Errno.EINVAL);
        } finally {
            tun.close();
        }
    }

    private static int write(TunDescriptor tun, MemorySegment memory) {
        Libc libc = Libc.current();
        long written = libc.write(tun.fd(), memory.address(), memory.byteSize());
        assertThat(written).isNegative();
        return libc.errno();
    }

    @Test
    void writesNothingToAnInterfaceThatIsUp() throws IOException {
        Host.requireTun();
        Host.ip("tuntap add mode tun vnet_hdr dev " + name);
        try {
            Host.ip("link set " + name + " up");
            try (Tun tun = new LinuxTunFactory().create(name, 1420)) {
                assertThat(tun.offloads()).contains(Offload.TUN_GRO);
                assertThat(received()).isEqualTo("0 0 0 0");
            }
        } finally {
            Host.ip("link del " + name);
        }
    }

    /// Bytes, packets, errors and drops, as the interface counts them.
    private String received() {
        Matcher counts = RECEIVED.matcher(Host.ip("-s link show " + name));
        assertThat(counts.find()).isTrue();
        return counts.group(1).replaceAll(" +", " ");
    }

    private static Offloads both() {
        Offloads offloads = new Offloads();
        offloads.adopt(Offload.TUN_GRO);
        offloads.adopt(Offload.TUN_UDP_GRO);
        return offloads;
    }

    private static final List<Offload> UDP = List.of(Offload.TUN_UDP_GRO);
    private static final Pattern RECEIVED = Pattern.compile("RX:.*\n *(\\d+ +\\d+ +\\d+ +\\d+)");
}
