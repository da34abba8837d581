package dev.adit.device;

import dev.adit.device.config.ConfigurationSize;
import dev.adit.device.config.DeviceConfiguration;
import dev.adit.device.config.DeviceControl;
import dev.adit.device.config.DeviceInfo;
import dev.adit.device.config.DeviceStatus;
import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.Resolution;
import dev.adit.device.event.DeviceEvent;
import dev.adit.device.event.DeviceListener;
import dev.adit.device.listener.DeviceLog;
import dev.adit.device.listener.DropCounters;
import dev.adit.device.pipeline.Pipeline;
import dev.adit.device.pipeline.thread.Clock;
import dev.adit.device.resolve.EndpointResolver;
import dev.adit.ip.address.IpPrefix;
import dev.adit.ip.port.Bind;
import dev.adit.ip.port.BindFactory;
import dev.adit.ip.port.Offload;
import dev.adit.ip.port.Tun;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.keys.PeerIdentity;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.protocol.session.CryptoProviderInfo;
import dev.adit.protocol.tunnel.Peer;
import dev.adit.protocol.tunnel.Tunnel;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// A WireGuard interface: a TUN, UDP sockets, and the protocol between them.
///
/// It follows its interface: sockets are open, and packets and handshakes sent, only while the
/// interface is up. When the interface is removed, or a thread fails, the device closes itself.
///
/// Thread-safe. Configuration, state changes and closing exclude each other; none of them stops the
/// data path, and none waits for the network.
public final class Device implements DeviceControl, AutoCloseable {
    private final Tun tun;
    private final ThreadFactory threads;
    private final DeviceLog log;
    private final DropCounters drops = new DropCounters(this::exists);
    private final DeviceListener events;
    private final Pipeline pipeline;
    private final EndpointFollower where;
    private final EndpointResolver endpointNames;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final DeviceFailure failure;
    private final AtomicBoolean removed = new AtomicBoolean();

    // Guarded by this.
    private DeviceState state = DeviceState.DOWN;
    private boolean closing;
    private final UdpSockets sockets;
    private final TunnelSnapshot reader;
    private final DeviceInfoReader notes;
    private final Map<PublicKey, String> descriptions = new HashMap<>();

    Device(DeviceBuilder parts, Clock clock, BindFactory binds) {
        this.tun = parts.tun();
        this.threads = parts.threads;
        log = new DeviceLog(tun.name(), clock::now);
        where = new EndpointFollower(this, parts, binds, this::fwmark);
        events = parts.listeners(log, drops, where);
        failure = new DeviceFailure(events, log);
        pipeline =
                new Pipeline(tun, clock, events, parts.workers, parts.cryptoThreads, this::failed);
        where.follow(pipeline, events);
        endpointNames = where.names();
        sockets = new UdpSockets(tun, binds, pipeline, events);
        reader = new TunnelSnapshot(pipeline.tunnel());
        notes = new DeviceInfoReader(pipeline.tunnel(), sockets, descriptions, endpointNames, log);
    }

    private boolean exists(PeerIdentity peer) {
        return pipeline.tunnel().peer(peer.publicKey()).orElse(null) == peer;
    }

    /// The mark for lookups, which bypass the interface by it. Any thread.
    private int fwmark() {
        return sockets.fwmark();
    }

    /// Creates a builder, of which `tun` is required.
    public static DeviceBuilder builder() {
        return new DeviceBuilder();
    }

    /// Starts the threads; if that fails, closes everything.
    void start() {
        try {
            pipeline.start();
            events.event(
                    new DeviceEvent.Started(
                            CryptoProviderInfo.name(),
                            CryptoProviderInfo.notes(),
                            pipeline.cryptoThreads(),
                            tun.readers().size()));
            tun.watch(new Follower());
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    // ---- configuration

    /// Applies the whole of `update`, or nothing of it: the parts that the system may refuse come
    /// first.
    ///
    /// What has to be sent for it, as a first keepalive, is given to the sockets before this
    /// returns, unless that takes very long.
    ///
    /// A port and a mark are tried even while the interface is down, since nothing can be refused
    /// later, when it goes up.
    ///
    /// @throws IOException when the port is taken or the mark is refused; then nothing has changed
    /// @throws IllegalStateException when the device is closed, or would have too many peers
    @Override
    public void configure(DeviceUpdate update) throws IOException {
        UpdateApplier changes =
                new UpdateApplier(pipeline, events, descriptions, endpointNames, update);
        try {
            configure(changes, update);
        } catch (RuntimeException | Error e) {
            if (changes.begun()) fail(e); // half an update is no valid state
            throw e;
        }
        pipeline.awaitActions();
    }

    private synchronized void configure(UpdateApplier changes, DeviceUpdate update)
            throws IOException {
        if (closing) throw new IllegalStateException("device is closed");
        changes.check();
        sockets.apply(update, state == DeviceState.UP);
        changes.apply();
        update.debug().ifPresent(this::debug);
        update.resolveNames().ifPresent(endpointNames::automatic);
    }

    /// Switches the log on or off, and logs which peers its numbers stand for.
    private void debug(boolean on) {
        if (on == log.isDebugging()) return;
        log.debugging(on);
        for (Peer peer : pipeline.tunnel().peers()) log.known(peer);
    }

    @Override
    public synchronized ConfigurationSize configurationSize() {
        return reader.size();
    }

    @Override
    public synchronized DeviceConfiguration configuration() {
        return reader.configuration(sockets.listenPort(), sockets.fwmark());
    }

    @Override
    public synchronized DeviceStatus status() {
        return reader.status(sockets.listenPort(), sockets.fwmark());
    }

    @Override
    public synchronized DeviceInfo notes() {
        return notes.read(state == DeviceState.UP, offloads());
    }

    /// Waits for up to 10 s; the device may be configured meanwhile.
    @Override
    public List<Resolution> resolve(List<PublicKey> peers) {
        return where.resolve(peers);
    }

    /// The number of packets dropped since the device started, for every reason.
    @Override
    public Map<DropReason, Long> drops() {
        return drops.snapshot();
    }

    /// The number of packets dropped for every reason that came from a peer or were for it, since
    /// it was added; empty when there is no such peer.
    public Optional<Map<DropReason, Long>> drops(PublicKey peer) {
        return pipeline.tunnel().peer(peer).map(drops::snapshot);
    }

    /// The offloads in use now.
    public Set<Offload> offloads() {
        Set<Offload> all = EnumSet.noneOf(Offload.class);
        all.addAll(tun.offloads());
        Bind bind = pipeline.bind();
        if (bind != null) all.addAll(bind.offloads());
        return all;
    }

    /// The allowed IPs of `peer`, none when there is no such peer.
    public List<IpPrefix> allowedIps(PublicKey peer) {
        Tunnel tunnel = pipeline.tunnel();
        return tunnel.peer(peer).map(tunnel::allowedIps).orElse(List.of());
    }

    /// Asks each peer that has an endpoint and no session for one, whether or not there is anything
    /// to send. Returns at once.
    public void initiate() {
        long now = pipeline.now();
        for (Peer peer : pipeline.tunnel().peers()) {
            if (peer.endpoint() == null || peer.sendingSession(now) != null) continue;
            peer.needsSession(now, pipeline.actions());
        }
    }

    // ---- life

    /// The interface's current name.
    public String name() {
        return tun.name();
    }

    /// The present state of the device.
    public synchronized DeviceState state() {
        return state;
    }

    /// Follows changes of the interface from outside. Runs on a thread of the TUN, so no exception
    /// may escape.
    private final class Follower implements Tun.Listener {
        @Override
        public void state(boolean up) {
            try {
                setUp(up);
            } catch (RuntimeException | Error e) {
                fail(e);
            }
        }

        @Override
        public void mtu(int mtu) {
            events.event(new DeviceEvent.MtuChanged(mtu));
            pipeline.mtu(mtu);
        }

        @Override
        public void routeMtus(int[] mtus) {
            events.event(new DeviceEvent.RouteMtusChanged(Arrays.stream(mtus).boxed().toList()));
            pipeline.routeMtus(mtus);
        }

        @Override
        public void removed() {
            Device.this.removed();
        }

        @Override
        public void failed(Throwable cause) {
            fail(cause);
        }
    }

    private synchronized void setUp(boolean up) {
        if (closing || up == (state == DeviceState.UP)) return;
        if (!up) {
            pipeline.down();
            events.event(new DeviceEvent.InterfaceDown());
            state = DeviceState.DOWN;
            return;
        }
        events.event(new DeviceEvent.InterfaceUp());
        Bind fresh = sockets.openOrNull();
        if (fresh == null && setDownAgain()) return;
        pipeline.up(fresh);
        state = DeviceState.UP;
    }

    /// Sets the interface down again, as the kernel does when it gets no sockets: later commands
    /// then fail, instead of sending packets nowhere.
    private boolean setDownAgain() {
        boolean done = tun.setDown();
        if (done) events.event(new DeviceEvent.InterfaceSetDown());
        return done;
    }

    /// Handles the removal of the interface, which both the reader of the TUN and its watcher
    /// notice, in either order.
    private void removed() {
        if (removed.compareAndSet(false, true)) events.event(new DeviceEvent.InterfaceRemoved());
        closeSoon();
    }

    /// Handles the end of a pipeline thread: because of a bug, or because the interface is gone.
    private void failed(Throwable cause) {
        if (!(cause instanceof IOException)) {
            fail(cause);
            return;
        }
        removed();
    }

    /// Closes the device, soon, because something essential has failed; the cause becomes its
    /// [#failure].
    public void fail(Throwable cause) {
        try {
            failure.note(cause);
        } finally {
            closeSoon();
        }
    }

    /// Closes the device from a new thread, since its own threads cannot wait for themselves. Where
    /// the system has no thread left, the failed one does what it can.
    private void closeSoon() {
        try {
            Thread closer = threads.newThread(this::close);
            closer.setName("adit-" + tun.name() + "-close");
            closer.start();
        } catch (OutOfMemoryError noThread) {
            if (claimClose()) closeAll();
        }
    }

    /// Ends all threads, closes the sockets, removes the interface, and erases the keys.
    /// Idempotent; returns when all is done.
    @Override
    public void close() {
        if (!claimClose()) {
            awaitUninterruptibly();
            return;
        }
        closeAll();
    }

    private void closeAll() {
        try {
            release(endpointNames::close);
            release(tun::close);
            release(pipeline::stop);
            synchronized (this) {
                state = DeviceState.CLOSED;
            }
            release(failure::tell);
            release(() -> events.event(new DeviceEvent.Closed()));
        } finally {
            closed.countDown();
        }
    }

    /// Runs a step of closing: a bug in it must not keep the others from running.
    private void release(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            failure.note(e);
        }
    }

    /// True for the first caller, which has to close the device.
    private synchronized boolean claimClose() {
        boolean first = !closing;
        closing = true;
        return first;
    }

    private void awaitUninterruptibly() {
        boolean interrupted = false;
        while (closed.getCount() > 0) {
            try {
                closed.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }

    /// Waits until the device is closed, by whatever cause.
    public void awaitClose() throws InterruptedException {
        closed.await();
    }

    /// Waits at most `time` until the device is closed; true when it is.
    public boolean awaitClose(Duration time) throws InterruptedException {
        return closed.await(time.toNanos(), TimeUnit.NANOSECONDS);
    }

    /// The failure that made the device close itself, if there was one.
    public Optional<Throwable> failure() {
        return failure.get();
    }
}
