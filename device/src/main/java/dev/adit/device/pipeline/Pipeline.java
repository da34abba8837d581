package dev.adit.device.pipeline;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.port.Bind;
import dev.adit.ip.port.Tun;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.tunnel.Actions;
import dev.adit.protocol.tunnel.Peer;
import dev.adit.protocol.tunnel.Relocation;
import dev.adit.protocol.tunnel.Tunnel;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// A tunnel with its threads, between a TUN and whichever bind is open.
///
/// [#start], [#stop], [#up], [#rebind] and [#down] are called by the device, one at a time. What
/// the threads share is here: immutable, thread-safe, or published through a volatile.
public final class Pipeline {
    final Tun tun;
    final Tunnel tunnel;
    final Clock clock;
    final DropCounters drops = new DropCounters();
    final HandshakeQueue handshakes = new HandshakeQueue();
    final DeviceLog log;
    final PeerListener listener;
    final Actions actions;
    final SocketSender sender = new SocketSender(this);
    final InboundSlotPool slots = new InboundSlotPool(this);
    final Timestamps timestamps;

    private final Consumer<Throwable> failed;
    private final TimerThread timers;
    private final CryptoWorkers workers; // or null
    private final List<PipelineThread> fixed;
    private final List<PipelineThread> udpReaders = new ArrayList<>();
    private volatile Bind bind; // null while the interface is down
    volatile int mtu;

    /// @param audience learns which peers answer
    /// @param workers how many threads compute handshakes, at least one
    /// @param lanes how many threads seal and open what the readers hand over; with none of them
    ///   each reader carries everything to its end
    /// @param failed told, by the thread itself, why a thread ended without being asked to: an
    ///   [java.io.IOException] when the interface is gone, else a bug
    public Pipeline(
            Tun tun,
            Clock clock,
            DeviceLog log,
            PeerListener listener,
            int workers,
            int lanes,
            Consumer<Throwable> failed) {
        this.tun = tun;
        this.clock = clock;
        this.log = log;
        this.failed = failed;
        mtu = tun.mtu();
        timestamps = new Timestamps(log);
        this.listener = listener;
        actions = new ActionQueue(handshakes, clock, log, listener);
        timers = new TimerThread(this);
        tunnel = new Tunnel(new SecureRandom(), jitter(), timers::wake, stagedBytes());
        List<Tun.Source> queues = tun.sources();
        this.workers = lanes == 0 ? null : new CryptoWorkers(this, lanes, queues.size());
        fixed = new ArrayList<>(List.of(timers));
        for (int i = 0; i < queues.size(); i++) {
            fixed.add(new TunReader(this, queues.get(i), i, queues.size(), this.workers));
        }
        for (int i = 0; i < workers; i++) fixed.add(new Worker(this, i));
        if (lanes > 0) fixed.addAll(this.workers.threads());
    }

    /// Of the heap, an eighth at most.
    private static long stagedBytes() {
        return Math.min(Tunnel.MAX_STAGED, Runtime.getRuntime().maxMemory() / 8);
    }

    /// Thread-safe and fast, and not secret: it only spreads timers.
    private static RandomGenerator jitter() {
        long seed = new SecureRandom().nextLong();
        ThreadLocal<SplittableRandom> random =
                ThreadLocal.withInitial(
                        () -> new SplittableRandom(seed ^ Thread.currentThread().threadId()));
        return () -> random.get().nextLong();
    }

    public Tunnel tunnel() {
        return tunnel;
    }

    public Actions wants() {
        return actions;
    }

    public DropCounters drops() {
        return drops;
    }

    /// The open bind, or null while the interface is down.
    public Bind bind() {
        return bind;
    }

    /// Nanoseconds since the device was started.
    public long now() {
        return clock.now();
    }

    /// As [Relocation#move].
    public boolean move(Peer peer, Endpoint from, Endpoint to) {
        return Relocation.move(clock.now(), peer, from, to, actions);
    }

    /// The interface's MTU changed.
    public void mtu(int bytes) {
        mtu = bytes;
    }

    /// Starts reading the TUN.
    public void start() {
        if (workers != null) {
            int count = workers.threads().size(), queues = tun.sources().size();
            log.debug("Lanes: " + count + ", queues of the TUN: " + queues);
        }
        fixed.forEach(Thread::start);
    }

    /// The interface is up, and `fresh` is the first bind since it is, or null when none could be
    /// opened.
    public void up(Bind fresh) {
        bind = fresh;
        tunnel.up(actions);
        // Last: an initiation that came before would be refused, and its sender wait for 5 s.
        if (fresh != null) read(fresh);
    }

    /// Sends through `fresh` from now on and reads its sources; closes the bind before it.
    public void rebind(Bind fresh) {
        Bind old = bind;
        List<PipelineThread> oldReaders = List.copyOf(udpReaders);
        udpReaders.clear();
        bind = fresh;
        read(fresh);
        close(old, oldReaders);
    }

    private void read(Bind fresh) {
        for (Bind.Source source : fresh.sources()) {
            udpReaders.add(new UdpReader(this, fresh, source, udpReaders.size(), workers));
        }
        udpReaders.forEach(Thread::start);
    }

    /// The interface went down: nothing is sent or received any more, and what waited is dropped.
    public void down() {
        shut();
        drops.count(DropReason.INTERFACE_DOWN, handshakes.dropMessages());
        drops.count(DropReason.HANDSHAKE_GIVEN_UP, tunnel.down());
        log.down();
    }

    private void shut() {
        Bind old = bind;
        List<PipelineThread> oldReaders = List.copyOf(udpReaders);
        udpReaders.clear();
        bind = null;
        if (old != null) close(old, oldReaders);
    }

    /// Returns when all that was received through `old` is delivered.
    private void close(Bind old, List<PipelineThread> readers) {
        try {
            old.close();
        } finally {
            readers.forEach(PipelineThread::finish);
            if (workers != null) workers.inbound().drain();
        }
    }

    /// Ends all threads and frees their memory. The TUN must be closed before, so that its reader
    /// returns.
    public void stop() {
        try {
            shut();
        } finally {
            handshakes.close();
            timers.end();
            if (workers != null) workers.close();
            fixed.forEach(PipelineThread::finish);
            if (workers != null) workers.release();
            slots.close();
            tunnel.erase();
        }
    }

    /// A thread has ended without being asked to.
    void failed(Throwable cause) {
        failed.accept(cause);
    }

    String name() {
        return tun.name();
    }
}
