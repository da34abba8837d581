package dev.adit.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.PeerUpdate;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.testkit.FakeClock;
import dev.adit.testkit.FakeNet;
import dev.adit.testkit.IpPackets;
import dev.adit.testkit.Keys;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Arrays;

/// Packets that have nowhere to go are answered with ICMP errors.
class UnreachableTest {
    private final FakeNet net = new FakeNet();
    private final FakeClock clock = new FakeClock();
    private final DeviceFixture site = DeviceFixture.start(net, clock, "192.0.2.1");

    @AfterEach
    void close() {
        site.close();
    }

    @Test
    void answersWhereNoPeerIsRouted() {
        byte[] packet = IpPackets.packet("10.0.0.1", "10.0.0.9", "to nobody");
        site.tun.send(packet);
        byte[] error = site.tun.receive();
        assertThat(IpPackets.icmp(error)).isEqualTo("3/1");
        assertThat(IpPackets.destination(error)).hasToString("10.0.0.1");
        assertThat(IpPackets.source(error)).hasToString("10.0.0.9");
        assertThat(IpPackets.quoted(error)).isEqualTo(packet);
        site.awaitDrops(DropReason.NO_ROUTE, 1);
    }

    @Test
    void answersWhereNoPeerIsRoutedOverIpv6() {
        byte[] packet = IpPackets.packet("fd00::1", "fd00::9", "to nobody");
        site.tun.send(packet);
        byte[] error = site.tun.receive();
        assertThat(IpPackets.icmp(error)).isEqualTo("1/3");
        assertThat(IpPackets.destination(error)).hasToString("fd00::1");
        assertThat(IpPackets.source(error)).hasToString("fd00::9");
        assertThat(IpPackets.quoted(error)).isEqualTo(packet);
    }

    @Test
    void answersWhereThePeerHasNoEndpoint() {
        PublicKey silent = Keys.publicKey(Keys.privateKey());
        site.configure(
                DeviceUpdate.builder()
                        .peer(PeerUpdate.of(silent).allow("10.0.0.0/24", "fd00::/64")));
        site.tun.send(
                IpPackets.packet("10.0.0.1", "10.0.0.9", "where?"),
                IpPackets.packet("fd00::1", "fd00::9", "where?"));
        assertThat(IpPackets.icmp(site.tun.receive())).isEqualTo("3/1");
        assertThat(IpPackets.icmp(site.tun.receive())).isEqualTo("1/3");
        site.awaitDrops(DropReason.NO_ENDPOINT, 2);
    }

    @Test
    void quotesTheBeginningOfLargePackets() {
        byte[] v4 = IpPackets.packet("10.0.0.1", "10.0.0.9", 1420);
        byte[] v6 = IpPackets.packet("fd00::1", "fd00::9", 1420);
        site.tun.send(v4, v6);
        byte[] error4 = site.tun.receive(), error6 = site.tun.receive();
        assertThat(IpPackets.icmp(error4)).isEqualTo("3/1");
        assertThat(error4.length).isEqualTo(576);
        assertThat(IpPackets.quoted(error4)).isEqualTo(Arrays.copyOf(v4, 576 - 28));
        assertThat(IpPackets.icmp(error6)).isEqualTo("1/3");
        assertThat(error6.length).isEqualTo(1280);
        assertThat(IpPackets.quoted(error6)).isEqualTo(Arrays.copyOf(v6, 1280 - 48));
    }

    @Test
    void isSilentWhereAnErrorIsForbidden() {
        site.tun.send(
                IpPackets.packet("10.0.0.1", "224.0.0.1", "multicast"),
                IpPackets.packet("10.0.0.1", "255.255.255.255", "broadcast"),
                IpPackets.packet("0.0.0.0", "10.0.0.9", "from nobody"),
                IpPackets.packet("fd00::1", "ff02::1", "multicast"),
                IpPackets.packet("::", "fd00::9", "from nobody"),
                new byte[100]);
        site.awaitDrops(DropReason.NO_ROUTE, 5);
        site.awaitDrops(DropReason.NOT_IP, 1);
        // An error is not answered with an error.
        site.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.9", "to nobody"));
        site.tun.send(site.tun.receive());
        site.awaitDrops(DropReason.NO_ROUTE, 7);
        assertThat(site.tun.delivered()).isZero();
    }

    @Test
    void answersFiftyAtOnceAndAThousandASecond() {
        flood(200);
        assertThat(site.tun.delivered()).isBetween(50, 51);
        site.tun.receive(site.tun.delivered());
        flood(200);
        assertThat(site.tun.delivered()).isZero();
        clock.advance(Duration.ofMillis(10));
        flood(200);
        assertThat(site.tun.delivered()).isEqualTo(10);
    }

    private void flood(int packets) {
        long before = site.drops(DropReason.NO_ROUTE);
        for (int i = 0; i < packets; i++) {
            site.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.9", "to nobody"));
        }
        site.awaitDrops(DropReason.NO_ROUTE, before + packets);
    }

    @Test
    void answersPastTheTunWhereTheSystemLetsUs() {
        site.tun.sendErrors(true);
        byte[] packet = IpPackets.packet("10.0.0.1", "10.0.0.9", "to nobody");
        byte[] packet6 = IpPackets.packet("fd00::1", "fd00::9", "to nobody");
        site.tun.send(packet, packet6);
        byte[] error = site.tun.receiveError(), error6 = site.tun.receiveError();
        assertThat(IpPackets.icmp(error)).isEqualTo("3/1");
        assertThat(IpPackets.destination(error)).hasToString("10.0.0.1");
        assertThat(IpPackets.quoted(error)).isEqualTo(packet);
        assertThat(IpPackets.icmp(error6)).isEqualTo("1/3");
        assertThat(IpPackets.quoted(error6)).isEqualTo(packet6);
        assertThat(site.tun.arrivals()).isZero();
        site.tun.sendErrors(false);
        site.tun.send(packet);
        assertThat(IpPackets.icmp(site.tun.receive())).isEqualTo("3/1");
    }

    @Test
    void goesOnWhenTheTunRefusesTheError() {
        site.tun.refuse(true);
        site.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.9", "to nobody"));
        site.awaitDrops(DropReason.NO_ROUTE, 1);
        assertThat(site.tun.refused()).isOne();
        site.tun.refuse(false);
        site.tun.send(IpPackets.packet("10.0.0.1", "10.0.0.9", "to nobody"));
        assertThat(IpPackets.icmp(site.tun.receive())).isEqualTo("3/1");
    }
}
