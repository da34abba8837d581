package dev.adit.os.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpAddress;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.os.ffi.SockAddr;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

class DatagramAddressesTest {
    private final PacketBatch batch = new PacketBatch(4, 4096);

    @AfterEach
    void close() {
        batch.close();
    }

    private void v4(int i, int address, int port, int local, int index) {
        SockAddr.setInet(batch.addresses(), DatagramAddresses.at(i), address, port);
        DatagramAddresses.setLocal(
                batch.addresses(), DatagramAddresses.at(i), (long) local << 32, 0, index);
    }

    private void v6(int i, String address, int port, int scope, String local, int index) {
        IpAddress remote = IpAddress.parse(address).get();
        IpAddress to = IpAddress.parse(local).get();
        long at = DatagramAddresses.at(i);
        SockAddr.setInet6(batch.addresses(), at, remote.high(), remote.low(), port, scope);
        DatagramAddresses.setLocal(batch.addresses(), at, to.high(), to.low(), index);
    }

    private Endpoint endpoint(int i, Endpoint known) {
        return DatagramAddresses.endpoint(batch.addresses(), i, known);
    }

    @Test
    void readsIpv4() {
        v4(2, 0xc0000201, 51820, 0x0a000001, 3);
        assertThat(endpoint(2, null))
                .isEqualTo(
                        new Endpoint(
                                IpAddress.v4(0xc0000201), 51820, 0, IpAddress.v4(0x0a000001), 3));
    }

    @Test
    void readsIpv6() {
        v6(1, "2001:db8::1", 1, 0, "2001:db8::2", 4);
        assertThat(endpoint(1, null))
                .isEqualTo(
                        new Endpoint(
                                IpAddress.parse("2001:db8::1").get(),
                                1,
                                0,
                                IpAddress.parse("2001:db8::2").get(),
                                4));
    }

    @Test
    void keepsTheScopeOfLinkLocalAddressesOnly() {
        v6(0, "fe80::1", 1, 7, "fe80::2", 7);
        v6(1, "febf::1", 1, 7, "fe80::2", 7);
        v6(2, "fec0::1", 1, 7, "fe80::2", 7);
        v6(3, "2001:db8::1", 1, 7, "2001:db8::2", 7);
        assertThat(endpoint(0, null).scope()).isEqualTo(7);
        assertThat(endpoint(1, null).scope()).isEqualTo(7);
        assertThat(endpoint(2, null).scope()).isZero();
        assertThat(endpoint(3, null).scope()).isZero();
        Endpoint global = endpoint(3, null);
        assertThat(endpoint(3, global)).isSameAs(global);
    }

    @Test
    void hasNoSourceWhereNoneCanBeSentFrom() {
        v4(0, 1, 1, 0, 5);
        v6(1, "2001:db8::1", 1, 0, "::", 5);
        v6(2, "fe80::1", 1, 5, "ff02::1", 5);
        for (int i = 0; i < 3; i++) {
            Endpoint endpoint = endpoint(i, null);
            assertThat(endpoint.hasSource()).isFalse();
            assertThat(endpoint.sourceInterface()).isZero();
            assertThat(endpoint(i, endpoint)).isSameAs(endpoint);
        }
    }

    @Test
    void givesBackWhatIsKnownWhenItSaysTheSame() {
        List<Endpoint> endpoints = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(1);
        for (int round = 0; round < 2000; round++) {
            if (random.nextBoolean()) {
                v4(0, random.nextInt(2), random.nextInt(2), random.nextInt(2), random.nextInt(2));
            } else {
                String remote = random.nextBoolean() ? "fe80::1" : "::1:0:0";
                String local = random.nextBoolean() ? "::2" : "::";
                v6(0, remote, random.nextInt(2), random.nextInt(2), local, random.nextInt(2));
            }
            Endpoint fresh = endpoint(0, null);
            for (Endpoint known : endpoints) {
                Endpoint got = endpoint(0, known);
                if (known.equals(fresh)) assertThat(got).isSameAs(known);
                else assertThat(got).isEqualTo(fresh);
            }
            if (!endpoints.contains(fresh)) endpoints.add(fresh);
        }
        assertThat(endpoints).hasSizeGreaterThan(15);
    }

    @Test
    void allocatesNothingForWhatIsKnown() throws Exception {
        v4(0, 0xc0000201, 51820, 0x0a000001, 3);
        v6(1, "fe80::1", 1, 7, "fe80::2", 7);
        Endpoint first = endpoint(0, null);
        Endpoint second = endpoint(1, null);
        Host.assertSettlesWithoutAllocation(
                () -> {},
                () -> {
                    for (int i = 0; i < 1000; i++) {
                        if (endpoint(0, first) != first || endpoint(1, second) != second) {
                            throw new AssertionError();
                        }
                    }
                });
    }
}
