package dev.adit.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.PeerUpdate;
import dev.adit.device.nio.Loopback;
import dev.adit.device.nio.NioBindFactory;
import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpAddress;
import dev.adit.ip.port.ErrnoException;
import dev.adit.protocol.keys.PrivateKey;
import dev.adit.testkit.FakeTun;
import dev.adit.testkit.IpPackets;
import dev.adit.testkit.Keys;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;

/// Two devices over the portable sockets, as an embedder without native access has them.
@Timeout(60)
class NioDeviceTest {
    private final FakeTun tunA = new FakeTun("wgnioa");
    private final FakeTun tunB = new FakeTun("wgniob");
    private final PrivateKey keyA = Keys.privateKey();
    private final PrivateKey keyB = Keys.privateKey();
    private final Device a = Device.builder().tun(tunA).binds(new NioBindFactory()).build();
    private final Device b = Device.builder().tun(tunB).binds(new NioBindFactory()).build();

    @AfterEach
    void close() {
        a.close();
        b.close();
        DeviceThreads.awaitNone("adit-wgnio");
    }

    private void connect(String loopback) throws IOException {
        LogCapture.hush();
        tunA.up();
        tunB.up();
        a.configure(
                DeviceUpdate.builder()
                        .privateKey(keyA)
                        .peer(
                                PeerUpdate.of(Keys.publicKey(keyB))
                                        .endpoint(at(loopback, b.configuration().listenPort()))
                                        .allow("10.0.0.2/32"))
                        .build());
        b.configure(
                DeviceUpdate.builder()
                        .privateKey(keyB)
                        .peer(PeerUpdate.of(Keys.publicKey(keyA)).allow("10.0.0.1/32"))
                        .build());
    }

    private static Endpoint at(String address, int port) {
        return new Endpoint(IpAddress.parse(address).orElseThrow(), port);
    }

    private void exchange(int round) {
        byte[] there = IpPackets.packet("10.0.0.1", "10.0.0.2", "there " + round);
        byte[] back = IpPackets.packet("10.0.0.2", "10.0.0.1", 1420);
        tunA.send(there);
        assertThat(tunB.receive()).isEqualTo(there);
        tunB.send(back);
        assertThat(tunA.receive()).isEqualTo(back);
    }

    @Test
    void exchangesPacketsOverIpv4() throws IOException {
        connect("127.0.0.1");
        for (int i = 0; i < 100; i++) exchange(i);
        assertThat(b.configuration().peers().getFirst().endpoint())
                .isEqualTo(at("127.0.0.1", a.configuration().listenPort()));
    }

    @Test
    void exchangesPacketsOverIpv6() throws IOException {
        Loopback.assumeIpv6();
        connect("::1");
        for (int i = 0; i < 100; i++) exchange(i);
    }

    @Test
    void goesOnAtAnotherPort() throws IOException {
        connect("127.0.0.1");
        exchange(0);
        a.configure(DeviceUpdate.builder().listenPort(0).build());
        exchange(1);
        int port = a.configuration().listenPort();
        assertThatThrownBy(() -> b.configure(DeviceUpdate.builder().listenPort(port).build()))
                .isInstanceOf(ErrnoException.class);
        exchange(2);
    }

    @Test
    void worksAgainAfterItWasDown() throws IOException {
        connect("127.0.0.1");
        exchange(0);
        int port = b.configuration().listenPort();
        tunB.down();
        tunB.up();
        assertThat(b.configuration().listenPort()).isEqualTo(port);
        tunA.down();
        tunA.up();
        exchange(1);
    }
}
