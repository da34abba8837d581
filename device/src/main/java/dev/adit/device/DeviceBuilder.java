package dev.adit.device;

import dev.adit.device.config.Parallelism;
import dev.adit.device.event.DeviceListener;
import dev.adit.device.listener.DeviceLog;
import dev.adit.device.listener.GuardedListener;
import dev.adit.device.listener.Listeners;
import dev.adit.device.nio.NioBindFactory;
import dev.adit.device.pipeline.thread.Clock;
import dev.adit.device.resolve.Resolver;
import dev.adit.ip.port.BindFactory;
import dev.adit.ip.port.TimeSource;
import dev.adit.ip.port.Tun;

import org.jspecify.annotations.Nullable;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.concurrent.ThreadFactory;

/// Builds a device. Confined to one thread.
public final class DeviceBuilder {
    private @Nullable Tun tun;
    boolean resolveNames = true;
    Resolver resolver = Resolver.system();
    private @Nullable BindFactory binds;
    private @Nullable Clock clock;
    int cryptoThreads;
    int workers = Math.min(Runtime.getRuntime().availableProcessors(), MAX_WORKERS);
    private final List<DeviceListener> listeners = new ArrayList<>();
    ThreadFactory threads = Thread.ofPlatform().daemon().factory();

    DeviceBuilder() {}

    /// Sets the IP side, which the device owns and closes. Required.
    public DeviceBuilder tun(Tun owned) {
        tun = Objects.requireNonNull(owned);
        return this;
    }

    Tun tun() {
        return Objects.requireNonNull(tun, "a device needs a tun");
    }

    /// Sets the factory of UDP sockets. The default is the platform's, where its module is present,
    /// else that of `java.nio`, which needs no native access but has no firewall mark and lets the
    /// system choose source addresses.
    public DeviceBuilder binds(BindFactory factory) {
        binds = Objects.requireNonNull(factory);
        return this;
    }

    /// Sets whether endpoint names are resolved again when their peers do not answer; the default
    /// is true.
    public DeviceBuilder resolveNames(boolean on) {
        resolveNames = on;
        return this;
    }

    /// Sets the resolver of endpoint names; the default is the system's.
    DeviceBuilder resolver(Resolver other) {
        resolver = other;
        return this;
    }

    /// Sets the clocks, by which all threads of the device go: for a simulation, or a test that
    /// cannot wait. The default is the platform's clock, else that of the JDK.
    ///
    /// @param time the time for timers and deadlines
    /// @param timeOfDay the time for people and for the timestamps in handshakes, which other
    ///   devices compare with those of handshakes before
    public DeviceBuilder clock(TimeSource time, InstantSource timeOfDay) {
        clock = new Clock(time, timeOfDay);
        return this;
    }

    /// Sets the number of threads that compute handshakes, at least one; unless set, one for each
    /// processor, at most four.
    ///
    /// @throws IllegalArgumentException for fewer than one
    public DeviceBuilder workers(int count) {
        if (count < 1) throw new IllegalArgumentException("workers: " + count);
        workers = count;
        return this;
    }

    /// Adds a listener to what happens in the device: drops, handshakes, sessions, changes. See
    /// [DeviceListener] for its rules.
    ///
    /// @throws IllegalStateException when there are 16 already
    public DeviceBuilder listener(DeviceListener listener) {
        if (listeners.size() == MAX_LISTENERS)
            throw new IllegalStateException("too many listeners");
        listeners.add(Objects.requireNonNull(listener));
        return this;
    }

    /// The device's own listeners, and after them those that were added.
    DeviceListener listeners(DeviceLog log, DeviceListener... own) {
        List<DeviceListener> all = new ArrayList<>(List.of(log));
        all.addAll(List.of(own));
        for (DeviceListener added : listeners) all.add(new GuardedListener(added, log));
        return new Listeners(all);
    }

    /// Sets the number of threads that seal and open for the readers, 0 to 32; 0 unless set. See
    /// [Parallelism].
    ///
    /// @throws IllegalArgumentException for fewer than 0 or more than 32
    public DeviceBuilder cryptoThreads(int count) {
        cryptoThreads = Parallelism.of(count).cryptoThreads();
        return this;
    }

    /// Sets the factory of the thread that closes a failed device, for tests of systems that have
    /// no thread left.
    DeviceBuilder threads(ThreadFactory factory) {
        threads = factory;
        return this;
    }

    /// Builds and starts the device, which is up as soon as its interface is.
    ///
    /// @throws IllegalStateException when the platform's module is present but unusable, such as
    ///   without the permission for native access
    public Device build() {
        tun(); // first: without one nothing else is worth looking for
        Clock time = clock == null ? systemClock() : clock;
        Device device = new Device(this, time, binds == null ? platformBinds() : binds);
        device.start();
        return device;
    }

    private static Clock systemClock() {
        TimeSource time = platform(TimeSource.class).orElse(System::nanoTime);
        return new Clock(time, InstantSource.system());
    }

    private static BindFactory platformBinds() {
        return platform(BindFactory.class).orElseGet(NioBindFactory::new);
    }

    /// The platform's implementation of `type`; empty without its module.
    private static <T> Optional<T> platform(Class<T> type) {
        try {
            return ServiceLoader.load(type).findFirst();
        } catch (ServiceConfigurationError e) {
            Throwable reason = e.getCause() == null ? e : e.getCause();
            throw new IllegalStateException(reason.getMessage(), e);
        }
    }

    // Four threads answer some 10,000 initiations a second, which is more than the queue holds.
    private static final int MAX_WORKERS = 4;

    // Each one costs a call for each event, on the data path too.
    private static final int MAX_LISTENERS = 16;
}
