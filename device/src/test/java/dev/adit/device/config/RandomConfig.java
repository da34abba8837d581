package dev.adit.device.config;

import dev.adit.device.config.PeerUpdate.AllowedIp;
import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpAddress;
import dev.adit.ip.address.IpPrefix;
import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PrivateKey;
import dev.adit.protocol.keys.PublicKey;

import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Random configurations, the same ones for the same seed. Every value is one that text can spell:
/// an update that removes a peer says nothing else about it.
public final class RandomConfig {
    private final RandomGenerator random;

    public RandomConfig(long seed) {
        random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    public static Stream<Long> seeds(int count) {
        return IntStream.range(0, count).mapToObj(i -> 0x9e3779b97f4a7c15L * i);
    }

    public DeviceUpdate update() {
        DeviceUpdate.Builder update =
                DeviceUpdate.builder()
                        .privateKey(maybe(this::privateKey))
                        .listenPort(number(65536));
        if (random.nextBoolean()) update.fwmark(random.nextInt());
        if (random.nextBoolean()) update.replacePeers();
        return update.peers(list(4, this::peerUpdate)).build();
    }

    private PeerUpdate peerUpdate() {
        if (random.nextInt(5) == 0) {
            PeerUpdate.Builder removal = PeerUpdate.of(publicKey()).remove();
            if (random.nextBoolean()) removal.updateOnly();
            return removal.build();
        }
        PeerUpdate.Builder update = PeerUpdate.of(publicKey());
        if (random.nextBoolean()) update.updateOnly();
        update.presharedKey(maybe(this::presharedKey))
                .endpoint(maybe(this::endpoint))
                .persistentKeepalive(number(65536));
        if (random.nextBoolean()) update.replaceAllowedIps();
        return update.allowedIps(list(5, () -> new AllowedIp(prefix(), random.nextBoolean())))
                .endpointName(maybe(this::endpointName))
                .build();
    }

    private EndpointName endpointName() {
        return new EndpointName("host-" + random.nextInt(100) + ".example", random.nextInt(65536));
    }

    public DeviceConfiguration configuration() {
        return new DeviceConfiguration(
                maybe(this::privateKey),
                random.nextBoolean() ? random.nextInt(65536) : 0,
                random.nextBoolean() ? random.nextInt() : 0,
                list(4, this::peerStatus));
    }

    public PeerConfiguration peerStatus() {
        return new PeerConfiguration(
                publicKey(),
                random.nextBoolean() ? presharedKey() : PresharedKey.none(),
                maybe(this::endpoint),
                random.nextBoolean()
                        ? Instant.ofEpochSecond(
                                random.nextLong(1L << 33), random.nextInt(1_000_000_000))
                        : Instant.EPOCH,
                random.nextLong() >>> 1 + random.nextInt(63),
                random.nextLong() >>> 1 + random.nextInt(63),
                random.nextBoolean() ? random.nextInt(65536) : 0,
                list(5, this::prefix));
    }

    public PrivateKey privateKey() {
        return new PrivateKey(bytes());
    }

    public PresharedKey presharedKey() {
        return new PresharedKey(bytes());
    }

    public PublicKey publicKey() {
        return new PublicKey(bytes(), 0);
    }

    /// Link-local ones carry the number of an interface, or none.
    public Endpoint endpoint() {
        if (random.nextBoolean()) return new Endpoint(address(), random.nextInt(65536));
        IpAddress linkLocal = IpAddress.v6(0xfe80L << 48, random.nextLong());
        int scope = random.nextInt(3) == 0 ? 0 : random.nextInt(1 << 20);
        return new Endpoint(linkLocal, random.nextInt(65536), scope, null, 0);
    }

    public IpPrefix prefix() {
        IpAddress address = address();
        return new IpPrefix(address, random.nextInt(address.bits() + 1));
    }

    /// Often one with runs of zeros, which text abbreviates.
    private IpAddress address() {
        if (random.nextBoolean()) return IpAddress.v4(random.nextInt());
        long mask = random.nextBoolean() ? 0xffff0000ffff0000L : -1L;
        return IpAddress.v6(random.nextLong() & mask, random.nextLong() & mask);
    }

    private MemorySegment bytes() {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return MemorySegment.ofArray(bytes);
    }

    private OptionalInt number(int bound) {
        return random.nextBoolean() ? OptionalInt.of(random.nextInt(bound)) : OptionalInt.empty();
    }

    private <T> T maybe(Supplier<T> value) {
        return random.nextBoolean() ? value.get() : null;
    }

    private <T> List<T> list(int max, Supplier<T> value) {
        return Stream.generate(value).limit(random.nextInt(max + 1)).toList();
    }
}
