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

/// A tunnel with its threads, between a TUN and the bind that is open.
///
/// [#start], [#stop], [#up], [#rebind] and [#down] are called by the device, one at a time. Holds
/// the objects that the threads share: immutable, thread-safe, or published through a volatile.
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
    private final SlotWork<OutboundSlot, InboundSlot> slotWork;
    private final List<PipelineThread> fixed;
    private final List<PipelineThread> udpReaders = new ArrayList<>();
    private volatile Bind bind; // null while the interface is down
    private volatile PaddingLimits padding;

    /// @param listener told which peers answer
    /// @param workers the number of threads that compute handshakes, at least one
    /// @param cryptoThreads the number of threads that seal and open for the readers; without them
    ///   each reader does all the work itself
    /// @param failed called, by the thread itself, with the reason why a thread ended unasked: an
    ///   [java.io.IOException] when the interface is gone, else a bug
    public Pipeline(
            Tun tun,
            Clock clock,
            DeviceLog log,
            PeerListener listener,
            int workers,
            int cryptoThreads,
            Consumer<Throwable> failed) {
        this.tun = tun;
        this.clock = clock;
        this.log = log;
        this.failed = failed;
        padding = new PaddingLimits(tun.mtu());
        timestamps = new Timestamps(log);
        this.listener = listener;
        actions = new ActionQueue(handshakes, clock, log, listener);
        timers = new TimerThread(this);
        tunnel = new Tunnel(new SecureRandom(), jitter(), timers::wake, stagedBytes());
        List<Tun.Source> queues = tun.sources();
        slotWork = cryptoThreads == 0 ? inline() : cryptoWorkers(cryptoThreads, queues.size());
        fixed = new ArrayList<>(List.of(timers));
        for (int i = 0; i < queues.size(); i++) {
            PeerSender peers = new PeerSender(this, slotWork.outbound());
            fixed.add(new TunReader(this, queues.get(i), i, queues.size(), peers));
        }
        for (int i = 0; i < workers; i++) fixed.add(new Worker(this, i, workerSender()));
        fixed.addAll(slotWork.threads());
    }

    private SlotWork<OutboundSlot, InboundSlot> inline() {
        return new InlineWork<>(
                () -> new OutboundSlot(this, PACKETS, 2 * BYTES), slots::take, slots::giveBack);
    }

    private SlotWork<OutboundSlot, InboundSlot> cryptoWorkers(int count, int readers) {
        return new CryptoWorkers<>(
                this,
                count,
                readers,
                () -> new OutboundSlot(this, PACKETS, BYTES),
                () -> new InboundSlot(this, DATAGRAMS));
    }

    /// A worker seals and sends everything itself.
    private PeerSender workerSender() {
        OutboundSlot slot = new OutboundSlot(this, PACKETS, BYTES);
        return new PeerSender(this, new InlineHandOver<>(slot, OutboundSlot::close));
    }

    /// At most an eighth of the heap.
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

    public Actions actions() {
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

    /// Moves a peer, as [Relocation#move] does.
    public boolean move(Peer peer, Endpoint from, Endpoint to) {
        return Relocation.move(clock.now(), peer, from, to, actions);
    }

    /// Sets the MTU of the interface after it changed. Called by one thread at a time, as
    /// [#routeMtus].
    public void mtu(int bytes) {
        padding = padding.withInterface(bytes);
    }

    /// The MTUs changed that routes into the interface have of their own.
    public void routeMtus(int[] mtus) {
        padding = padding.withRoutes(mtus);
    }

    /// The MTU beyond which a packet of `length` bytes is not padded, or 0 for no limit.
    int paddedTo(int length) {
        return padding.mtu(length);
    }

    /// Starts reading the TUN.
    public void start() {
        int threads = slotWork.threads().size(), queues = tun.sources().size();
        if (threads > 0) log.debug("Crypto threads: " + threads + ", queues of the TUN: " + queues);
        fixed.forEach(Thread::start);
    }

    /// Starts the protocol when the interface is up; `fresh` is the first bind since then, or null
    /// when none could be opened.
    public void up(Bind fresh) {
        bind = fresh;
        tunnel.up(actions);
        // Last: an initiation that came earlier would be refused, and its sender would wait for 5
        // s.
        if (fresh != null) read(fresh);
    }

    /// Sends through `fresh` from now on and reads its sources; closes the previous bind.
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
            udpReaders.add(
                    new UdpReader(
                            this,
                            fresh,
                            source,
                            udpReaders.size(),
                            slotWork.inbound(source.datagrams())));
        }
        udpReaders.forEach(Thread::start);
    }

    /// Stops when the interface goes down: nothing is sent or received any more, and waiting
    /// packets are dropped.
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

    /// Closes `old`; returns when all packets received through it are delivered.
    private void close(Bind old, List<PipelineThread> readers) {
        try {
            old.close();
        } finally {
            readers.forEach(PipelineThread::finish);
            slotWork.drain();
        }
    }

    /// Ends all threads and frees their memory. The TUN must have been closed, so that its reader
    /// returns.
    public void stop() {
        try {
            shut();
        } finally {
            handshakes.close();
            timers.end();
            slotWork.close();
            fixed.forEach(PipelineThread::finish);
            slotWork.release();
            slots.close();
            tunnel.erase();
        }
    }

    /// Handles a thread that has ended unasked.
    void failed(Throwable cause) {
        failed.accept(cause);
    }

    String name() {
        return tun.name();
    }

    // A slot of full packets is some 130 µs of sealing; a super-packet has 46.
    private static final int PACKETS = 128;
    private static final int BYTES = 1 << 18;
    private static final int DATAGRAMS = 8; // as many as a socket hands over merged ones
}
