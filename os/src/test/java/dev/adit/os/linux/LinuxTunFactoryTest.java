package dev.adit.os.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.ip.packet.PacketBatch;
import dev.adit.ip.port.ErrnoException;
import dev.adit.ip.port.Tun;
import dev.adit.ip.port.TunFactory;
import dev.adit.os.ffi.Errno;
import dev.adit.os.ffi.IfReq;
import dev.adit.os.ffi.Libc;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.foreign.Arena;

class LinuxTunFactoryTest {
    private final TunFactory factory = new LinuxTunFactory();
    private final String name = Host.newName();

    @BeforeEach
    void requireTun() {
        Host.requireTun();
    }

    @Test
    void isProvidedByTheModule() {
        assertThat(LinuxTunFactory.class.getModule().getDescriptor().provides())
                .filteredOn(provides -> provides.service().equals(TunFactory.class.getName()))
                .singleElement()
                .satisfies(
                        provides ->
                                assertThat(provides.providers())
                                        .containsExactly(LinuxTunFactory.class.getName()));
    }

    @Test
    void createsAnInterfaceThatIsDown() throws IOException {
        try (Tun tun = factory.create(name, 1421)) {
            assertThat(tun.name()).isEqualTo(name);
            assertThat(tun.mtu()).isEqualTo(1421);
            assertThat(Host.ip("link show " + name))
                    .contains("mtu 1421")
                    .contains("state DOWN")
                    .contains("POINTOPOINT")
                    .doesNotContain("UP");
        }
        assertThatThrownBy(() -> Host.ip("link show " + name)).isNotNull();
    }

    @Test
    void letsTheKernelChooseANumber() throws IOException {
        String shorter = name.substring(0, Math.min(name.length(), 12));
        try (Tun first = factory.create(shorter + "x%d", 1420);
                Tun second = factory.create(shorter + "x%d", 1420)) {
            assertThat(first.name()).isEqualTo(shorter + "x0");
            assertThat(second.name()).isEqualTo(shorter + "x1");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'',EINVAL",
        "sixteen-bytes-16,ENAMETOOLONG",
        "ääääääää,ENAMETOOLONG",
        "a/b,EINVAL",
        "a:b,EINVAL",
        "a b,EINVAL",
        ".,EINVAL",
        "..,EINVAL"
    })
    void refusesWhatIsNoName(String bad, String symbol) {
        long before = Host.descriptors();
        assertThatThrownBy(() -> factory.create(bad, 1420))
                .isInstanceOf(ErrnoException.class)
                .hasMessageStartingWith("ioctl(TUNSETIFF): " + symbol + ": ")
                .hasMessageContaining("1 to 15 bytes");
        assertThat(Host.descriptors()).isEqualTo(before);
    }

    @Test
    void takesTheLongestName() throws IOException {
        String longest = (name + "-----------").substring(0, 15);
        try (Tun tun = factory.create(longest, 1420)) {
            assertThat(tun.name()).isEqualTo(longest);
        }
    }

    @Test
    void refusesANameThatIsTaken() throws IOException {
        try (Tun tun = factory.create(name, 1420)) {
            refusesAsTaken(tun.name());
            refusesAsTaken("lo");
        }
    }

    private void refusesAsTaken(String taken) {
        assertThatThrownBy(() -> factory.create(taken, 1420))
                .isInstanceOfSatisfying(
                        ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EBUSY))
                .hasMessage(
                        "ioctl(TUNSETIFF): EBUSY: Device or resource busy; there is an interface"
                                + " with the name "
                                + taken);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 67, 65536})
    void refusesAnMtuAndLeavesNoInterface(int mtu) {
        long before = Host.descriptors();
        assertThatThrownBy(() -> factory.create(name, mtu))
                .isInstanceOf(ErrnoException.class)
                .hasMessageStartingWith("ioctl(SIOCSIFMTU): EINVAL: ")
                .hasMessageContaining("68 to 65535");
        assertThat(Host.descriptors()).isEqualTo(before);
        assertThatThrownBy(() -> Host.ip("link show " + name)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {68, 65535})
    void takesTheLimitsOfTheMtu(int mtu) throws IOException {
        try (Tun tun = factory.create(name, mtu)) {
            assertThat(tun.mtu()).isEqualTo(mtu);
        }
    }

    @Test
    void attachesToAPersistentInterfaceAndLeavesIt() throws IOException {
        Host.ip("tuntap add mode tun dev " + name);
        try {
            try (Tun tun = factory.create(name, 1400)) {
                assertThat(tun.name()).isEqualTo(name);
                refusesAsTaken(name);
            }
            assertThat(Host.ip("link show " + name)).contains("mtu 1400");
        } finally {
            Host.ip("link del " + name);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, IfReq.IFF_VNET_HDR})
    void adoptsADescriptorOfAnother(int flags) throws Exception {
        int fd = descriptor(IfReq.IFF_TUN | IfReq.IFF_NO_PI | flags);
        Host.ip("link set " + name + " mtu 1300");
        String network = Host.newNetwork();
        try (Tun tun = factory.adopt(fd);
                PacketBatch batch = new PacketBatch(8, 1 << 18)) {
            assertThat(tun.name()).isEqualTo(name);
            assertThat(tun.mtu()).isEqualTo(1300);
            TunEventLog events = new TunEventLog();
            tun.watch(events);
            events.expect("mtu 1300", "down");

            Host.ip("addr add " + network + ".1/24 dev " + name);
            Host.ip("link set " + name + " up");
            byte[] echo = new byte[64];
            Packets.add(batch, 64, Packets.udp(1, 2, 3, 4, echo), 0);
            batch.memory().asSlice(48, 16).fill((byte) 0xff);
            assertThat(tun.write(batch, 0, 1)).isEqualTo(1);
            // Whatever comes first is an IP packet, where a header left in would make it none.
            Host.promptly(
                    () -> {
                        tun.read(batch);
                        return null;
                    });
            int version = Packets.bytes(batch, 0)[0] >>> 4;
            assertThat(version).isIn(4, 6);
        }
        assertThatThrownBy(() -> Host.ip("link show " + name)).isNotNull();
    }

    @Test
    void adoptsADescriptorThatBlocks() throws Exception {
        int fd = descriptor(IfReq.IFF_TUN | IfReq.IFF_NO_PI);
        Tun tun = factory.adopt(fd);
        var blocked =
                Host.async(
                        () -> {
                            try (PacketBatch batch = new PacketBatch(8, 1 << 18)) {
                                tun.read(batch);
                            }
                            return null;
                        });
        tun.close();
        assertThat(Host.eventually(blocked::isCompletedExceptionally)).isTrue();
    }

    @Test
    void refusesADescriptorWithPacketInformation() throws IOException {
        int fd = descriptor(IfReq.IFF_TUN);
        refusesToAdopt(fd, "ioctl(TUNGETIFF): EINVAL: ");
        assertThat(Libc.current().close(fd)).as("still open").isZero();
    }

    @Test
    void refusesADescriptorThatIsNoTun() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            int fd = Libc.current().open(arena.allocateFrom("/dev/null").address(), Libc.O_RDWR);
            refusesToAdopt(fd, "ioctl(TUNGETIFF): ENOTTY: ");
            assertThat(Libc.current().close(fd)).as("still open").isZero();
        }
        refusesToAdopt(99999, "ioctl(TUNGETIFF): EBADF: ");
        refusesToAdopt(-1, "ioctl(TUNGETIFF): EBADF: ");
    }

    @Test
    void refusesADescriptorWithoutInterface() {
        try (Arena arena = Arena.ofConfined()) {
            int fd = Libc.current().open(arena.allocateFrom("/dev/net/tun").address(), Libc.O_RDWR);
            refusesToAdopt(fd, "ioctl(TUNGETIFF): EBADFD: ");
            Libc.current().close(fd);
        }
    }

    private void refusesToAdopt(int fd, String message) {
        long before = Host.descriptors();
        assertThatThrownBy(() -> factory.adopt(fd))
                .isInstanceOf(ErrnoException.class)
                .hasMessageStartingWith(message);
        assertThat(Host.descriptors()).isEqualTo(before);
    }

    /// A descriptor as another process might hand it over.
    private int descriptor(int flags) {
        try (Arena arena = Arena.ofConfined()) {
            Libc libc = Libc.current();
            int fd = libc.open(arena.allocateFrom("/dev/net/tun").address(), Libc.O_RDWR);
            IfReq request = new IfReq(arena);
            request.name(name);
            request.flags(flags);
            assertThat(libc.ioctl(fd, IfReq.TUNSETIFF, request.address())).isZero();
            return fd;
        }
    }
}
