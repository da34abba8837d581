package dev.adit.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.device.config.DeviceConfiguration;
import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.PeerConfiguration;
import dev.adit.device.config.PeerUpdate;
import dev.adit.device.event.DeviceListener;
import dev.adit.device.resolve.FakeNames;
import dev.adit.device.resolve.Resolver;
import dev.adit.ip.address.Endpoint;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.keys.PrivateKey;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.testkit.Await;
import dev.adit.testkit.FakeClock;
import dev.adit.testkit.FakeNet;
import dev.adit.testkit.FakeNetHost;
import dev.adit.testkit.FakeTun;
import dev.adit.testkit.Keys;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/// A device with a TUN and a host of its own. Interface and port are up once [#start] returns.
final class DeviceFixture implements AutoCloseable {
    final FakeTun tun;
    final FakeNetHost host;
    final PrivateKey privateKey = Keys.privateKey();
    final PublicKey key = Keys.publicKey(privateKey);
    final Device device;

    /// A device whose interface is down, without a key, and with one thread for handshakes, so that
    /// a test can hold it up.
    ///
    /// @param clock its time, or null for the real one
    DeviceFixture(FakeNet net, FakeClock clock, String... addresses) {
        this(net, clock, 1, new FakeNames(), addresses);
    }

    private DeviceFixture(
            FakeNet net, FakeClock clock, int workers, Resolver names, String... addresses) {
        this(
                net,
                clock,
                workers,
                names,
                Integer.getInteger("adit.crypto-threads", 0),
                1,
                new DeviceListener() {},
                addresses);
    }

    private DeviceFixture(
            FakeNet net,
            FakeClock clock,
            int workers,
            Resolver names,
            int cryptoThreads,
            int readers,
            DeviceListener listener,
            String... addresses) {
        LogCapture.hush();
        tun = new FakeTun("wg" + NUMBER.getAndIncrement(), readers);
        host = net.host(addresses);
        DeviceBuilder builder = Device.builder().tun(tun).binds(host).listener(listener);
        if (clock != null) builder.clock(clock, clock);
        device = builder.workers(workers).cryptoThreads(cryptoThreads).resolver(names).build();
    }

    /// A device with a key and a port, whose interface is up.
    static DeviceFixture start(FakeNet net, FakeClock clock, String... addresses) {
        return started(new DeviceFixture(net, clock, addresses));
    }

    /// The same, with a resolver for the names of endpoints.
    static DeviceFixture startWithNames(
            FakeNet net, FakeClock clock, Resolver names, String address) {
        return started(new DeviceFixture(net, clock, 1, names, address));
    }

    /// The same, with this many threads for handshakes, whatever the machine has.
    static DeviceFixture startWithWorkers(
            FakeNet net, FakeClock clock, int workers, String address) {
        return started(new DeviceFixture(net, clock, workers, new FakeNames(), address));
    }

    /// The same, with threads that seal and open for `readers` that read the TUN.
    static DeviceFixture startWithCryptoThreads(
            FakeNet net, int cryptoThreads, int readers, String address) {
        return started(
                new DeviceFixture(
                        net,
                        null,
                        1,
                        new FakeNames(),
                        cryptoThreads,
                        readers,
                        new DeviceListener() {},
                        address));
    }

    /// The same, with a listener to its events.
    static DeviceFixture startWithListener(
            FakeNet net, FakeClock clock, DeviceListener listener, String address) {
        int cryptoThreads = Integer.getInteger("adit.crypto-threads", 0);
        return started(
                new DeviceFixture(
                        net, clock, 1, new FakeNames(), cryptoThreads, 1, listener, address));
    }

    private static DeviceFixture started(DeviceFixture site) {
        site.configure(DeviceUpdate.builder().privateKey(site.privateKey).listenPort(PORT));
        site.tun.up();
        return site;
    }

    static DeviceFixture start(FakeNet net, String... addresses) {
        return start(net, null, addresses);
    }

    void configure(DeviceUpdate.Builder change) {
        try {
            device.configure(change.build());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /// Adds `other` as a peer that is reached at its first address and has `allowedIps`.
    void add(DeviceFixture other, String... allowedIps) {
        configure(
                DeviceUpdate.builder()
                        .peer(
                                PeerUpdate.of(other.key)
                                        .endpoint(other.endpoint())
                                        .allow(allowedIps)));
    }

    Endpoint endpoint() {
        return host.at(PORT);
    }

    /// What the device says of its peer `key`.
    PeerConfiguration peer(PublicKey key) {
        return configuration().peers().stream()
                .filter(peer -> peer.publicKey().equals(key))
                .findAny()
                .orElseThrow(() -> new AssertionError("no such peer"));
    }

    PeerConfiguration peer(DeviceFixture other) {
        return peer(other.key);
    }

    DeviceConfiguration configuration() {
        return device.configuration();
    }

    long drops(DropReason reason) {
        return device.drops().get(reason);
    }

    /// Waits until `count` packets, and no more, were dropped for this reason: counting comes after
    /// what the packet caused.
    void awaitDrops(DropReason reason, long count) {
        Await.until(count + " drops: " + reason.text(), () -> drops(reason) >= count);
        assertThat(drops(reason)).isEqualTo(count);
    }

    @Override
    public void close() {
        device.close();
        privateKey.erase();
    }

    static final int PORT = 51820;
    private static final AtomicInteger NUMBER = new AtomicInteger();
}
