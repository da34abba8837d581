package dev.adit.os.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adit.ip.port.Bind;
import dev.adit.ip.port.BindFactory;
import dev.adit.ip.port.ErrnoException;
import dev.adit.os.ffi.Errno;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;

class LinuxBindFactoryTest {
    private final BindFactory factory = new LinuxBindFactory();

    @Test
    void isProvidedByTheModule() {
        assertThat(LinuxBindFactory.class.getModule().getDescriptor().provides())
                .filteredOn(provides -> provides.service().equals(BindFactory.class.getName()))
                .singleElement()
                .satisfies(
                        provides ->
                                assertThat(provides.providers())
                                        .containsExactly(LinuxBindFactory.class.getName()));
    }

    @Test
    void opensBothFamiliesOnOnePort() throws IOException {
        Host.requireInet6();
        try (Bind bind = factory.open(0, 0)) {
            assertThat(bind.port()).isBetween(1, 65535);
            assertThat(bind.receivers()).hasSize(2);
            assertThat(isTaken(StandardProtocolFamily.INET, "0.0.0.0", bind.port())).isTrue();
            assertThat(isTaken(StandardProtocolFamily.INET6, "::", bind.port())).isTrue();
        }
    }

    @Test
    void opensThePortThatIsAskedFor() throws IOException {
        int port;
        try (Bind bind = factory.open(0, 0)) {
            port = bind.port();
        }
        try (Bind bind = factory.open(port, 0)) {
            assertThat(bind.port()).isEqualTo(port);
        }
        assertThatThrownBy(() -> factory.open(-1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> factory.open(65536, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesAPortThatIsTakenInEitherFamily() throws IOException {
        Host.requireInet6();
        refusesPortTakenBy(StandardProtocolFamily.INET, "127.0.0.1");
        refusesPortTakenBy(StandardProtocolFamily.INET6, "::1");
    }

    private void refusesPortTakenBy(ProtocolFamily family, String address) throws IOException {
        try (DatagramChannel other = DatagramChannel.open(family)) {
            other.bind(new InetSocketAddress(InetAddress.getByName(address), 0));
            int port = ((InetSocketAddress) other.getLocalAddress()).getPort();
            long before = Host.descriptors();

            assertThatThrownBy(() -> factory.open(port, 0))
                    .isInstanceOfSatisfying(
                            ErrnoException.class,
                            e -> assertThat(e.errno()).isEqualTo(Errno.EADDRINUSE))
                    .hasMessage("bind: EADDRINUSE: Address already in use");

            assertThat(Host.descriptors()).isEqualTo(before);
        }
    }

    @Test
    void closesTheFirstSocketWhenTheSecondCannotBeMade() throws IOException {
        Host.requireInet6();
        try (DatagramChannel other = DatagramChannel.open(StandardProtocolFamily.INET6)) {
            other.bind(new InetSocketAddress(InetAddress.getByName("::1"), 0));
            int port = ((InetSocketAddress) other.getLocalAddress()).getPort();
            assertThatThrownBy(() -> factory.open(port, 0)).isInstanceOf(ErrnoException.class);
            assertThat(isTaken(StandardProtocolFamily.INET, "0.0.0.0", port)).isFalse();
        }
    }

    private static boolean isTaken(ProtocolFamily family, String address, int port)
            throws IOException {
        try (DatagramChannel other = DatagramChannel.open(family)) {
            other.bind(new InetSocketAddress(InetAddress.getByName(address), port));
            return false;
        } catch (java.net.BindException taken) {
            return true;
        }
    }

    @Test
    void asksForLargeBuffersAndTheMark() throws IOException {
        Host.requireNetworkAdministration();
        assumeTrue(Host.hasCommand("ss -V"), "needs ss(8)");
        try (Bind bind = factory.open(0, 0x1234)) {
            String sockets = Host.run("ss -uanme sport = :" + bind.port());
            // The kernel doubles what it is asked for, as room for its own.
            assertThat(sockets).contains("rb" + (14 << 20)).contains("tb" + (14 << 20));
            assertThat(sockets).contains("fwmark:0x1234");
        }
    }

    @Test
    void leavesNothingOpen() throws IOException {
        factory.open(0, 0).close();
        long before = Host.descriptors();
        for (int i = 0; i < 50; i++) {
            Bind bind = factory.open(0, 0);
            bind.close();
            bind.close();
        }
        assertThat(Host.descriptors()).isEqualTo(before);
    }
}
