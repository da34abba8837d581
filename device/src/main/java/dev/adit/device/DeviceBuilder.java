package dev.adit.device;

import dev.adit.device.config.Parallelism;
import dev.adit.device.config.Resolver;
import dev.adit.device.nio.NioBindFactory;
import dev.adit.device.pipeline.Clock;
import dev.adit.ip.port.BindFactory;
import dev.adit.ip.port.TimeSource;
import dev.adit.ip.port.Tun;

import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.concurrent.ThreadFactory;
import java.util.function.LongSupplier;

/// Puts a device together. Confined to one thread.
public final class DeviceBuilder {
    Tun tun;
    boolean resolveNames = true;
    Resolver resolver = Resolver.system();
    private BindFactory binds;
    private Clock clock;
    int cryptoThreads;
    int workers = Math.min(Runtime.getRuntime().availableProcessors(), MAX_WORKERS);
    ThreadFactory threads = Thread.ofPlatform().daemon().factory();

    DeviceBuilder() {}

    /// The IP side, which the device owns and closes. Required.
    public DeviceBuilder tun(Tun owned) {
        tun = Objects.requireNonNull(owned);
        return this;
    }

    /// What opens UDP sockets. Without it: the platform's own where its module is there, else that
    /// of `java.nio`, which needs no native access but has no firewall mark and lets the system
    /// choose source addresses.
    public DeviceBuilder binds(BindFactory factory) {
        binds = Objects.requireNonNull(factory);
        return this;
    }

    /// Whether the names of endpoints are looked up anew when their peers do not answer; yes,
    /// unless this says otherwise.
    public DeviceBuilder resolveNames(boolean on) {
        resolveNames = on;
        return this;
    }

    /// What looks up the names of endpoints; without it, the system does.
    DeviceBuilder resolver(Resolver other) {
        resolver = other;
        return this;
    }

    /// What the time is, for tests that cannot wait.
    DeviceBuilder clock(Clock other) {
        clock = other;
        return this;
    }

    /// How many threads compute handshakes, for tests that hold one of them up.
    DeviceBuilder workers(int count) {
        workers = count;
        return this;
    }

    /// How many threads seal and open what the readers hand over, 0 to 32; none without it. See
    /// [Parallelism].
    ///
    /// @throws IllegalArgumentException for fewer than 0 or more than 32
    public DeviceBuilder cryptoThreads(int count) {
        cryptoThreads = Parallelism.of(count).cryptoThreads();
        return this;
    }

    /// What makes a thread for a device that closes itself, for tests of systems that have none.
    DeviceBuilder threads(ThreadFactory factory) {
        threads = factory;
        return this;
    }

    /// A running device, which is up as soon as its interface is.
    ///
    /// @throws IllegalStateException when the platform's module is there and cannot be used, such
    ///   as without the right to native access
    public Device build() {
        Objects.requireNonNull(tun, "a device needs a tun");
        Clock time = clock == null ? systemClock() : clock;
        Device device = new Device(this, time, binds == null ? platformBinds() : binds);
        device.start();
        return device;
    }

    private static Clock systemClock() {
        LongSupplier nanoTime =
                platform(TimeSource.class)
                        .<LongSupplier>map(platform -> platform::nanoTime)
                        .orElse(System::nanoTime);
        return new Clock(nanoTime, InstantSource.system());
    }

    private static BindFactory platformBinds() {
        return platform(BindFactory.class).orElseGet(NioBindFactory::new);
    }

    /// What the platform's module offers; empty without that module.
    private static <T> Optional<T> platform(Class<T> type) {
        try {
            return ServiceLoader.load(type).findFirst();
        } catch (ServiceConfigurationError e) {
            Throwable reason = e.getCause() == null ? e : e.getCause();
            throw new IllegalStateException(reason.getMessage(), e);
        }
    }

    // Four of them answer some 10,000 initiations a second, which is more than the queue holds.
    private static final int MAX_WORKERS = 4;
}
