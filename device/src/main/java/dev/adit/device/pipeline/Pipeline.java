package dev.adit.device.pipeline;

import dev.adit.device.event.DeviceListener;
import dev.adit.device.pipeline.handshake.ActionQueue;
import dev.adit.device.pipeline.handshake.HandshakeExchange;
import dev.adit.device.pipeline.handshake.HandshakeQueue;
import dev.adit.device.pipeline.handshake.InitiationTimestamps;
import dev.adit.device.pipeline.handshake.TimerThread;
import dev.adit.device.pipeline.handshake.Worker;
import dev.adit.device.pipeline.receive.CookieReplySender;
import dev.adit.device.pipeline.receive.HandshakeReceiver;
import dev.adit.device.pipeline.receive.InboundSlot;
import dev.adit.device.pipeline.receive.InboundSlotPool;
import dev.adit.device.pipeline.receive.UdpReader;
import dev.adit.device.pipeline.send.IcmpReplies;
import dev.adit.device.pipeline.send.OutboundRouter;
import dev.adit.device.pipeline.send.OutboundSlot;
import dev.adit.device.pipeline.send.PaddingMtus;
import dev.adit.device.pipeline.send.PeerSender;
import dev.adit.device.pipeline.send.SocketSender;
import dev.adit.device.pipeline.send.TunReader;
import dev.adit.device.pipeline.slot.CryptoWorkers;
import dev.adit.device.pipeline.slot.InlineHandOver;
import dev.adit.device.pipeline.slot.InlineWork;
import dev.adit.device.pipeline.slot.SlotHandOver;
import dev.adit.device.pipeline.slot.SlotWork;
import dev.adit.device.pipeline.thread.Clock;
import dev.adit.device.pipeline.thread.CurrentBind;
import dev.adit.device.pipeline.thread.PipelineThread;
import dev.adit.ip.address.Endpoint;
import dev.adit.ip.port.Bind;
import dev.adit.ip.port.Tun;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.tunnel.Actions;
import dev.adit.protocol.tunnel.HandshakeFilter;
import dev.adit.protocol.tunnel.Peer;
import dev.adit.protocol.tunnel.Relocation;
import dev.adit.protocol.tunnel.Tunnel;

import org.jspecify.annotations.Nullable;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// A tunnel with its threads, between a TUN and the bind that is open: assembles them, starts and
/// stops them.
///
/// [#start], [#stop], [#up], [#rebind] and [#down] are called by the device, one at a time. The
/// threads know the objects that they work with, and neither this one nor each other.
public final class Pipeline implements PipelineThread.Owner {
    private final Tun tun;
    private final Tunnel tunnel;
    private final Clock clock;
    private final DeviceListener events;
    private final Consumer<Throwable> failed;
    private final HandshakeQueue handshakes = new HandshakeQueue();
    private final CurrentBind bind = new CurrentBind();
    private final PaddingMtus padding;
    private final Actions actions;
    private final SocketSender socket;
    private final InboundSlotPool slots = new InboundSlotPool(this::inboundSlot);
    private final TimerThread timers;
    private final SlotWork<OutboundSlot, InboundSlot> slotWork;
    private final List<PipelineThread> fixed;
    private final List<PipelineThread> udpReaders = new ArrayList<>();

    /// @param events told what happens, by all threads
    /// @param workers the number of threads that compute handshakes, at least one
    /// @param cryptoThreads the number of threads that seal and open for the readers; without them
    ///   each reader does all the work itself
    /// @param failed called, by the thread itself, with the reason why a thread ended unasked: an
    ///   [java.io.IOException] when the interface is gone, else a bug
    public Pipeline(
            Tun tun,
            Clock clock,
            DeviceListener events,
            int workers,
            int cryptoThreads,
            Consumer<Throwable> failed) {
        this.tun = tun;
        this.clock = clock;
        this.events = events;
        this.failed = failed;
        padding = new PaddingMtus(tun.mtu());
        actions = new ActionQueue(handshakes, clock, events);
        socket = new SocketSender(bind, events);
        tunnel = new Tunnel(new SecureRandom(), jitter(), this::wakeTimers, stagedBytes());
        timers = new TimerThread(this, clock, tunnel, actions);
        slotWork = cryptoThreads == 0 ? inline() : cryptoWorkers(cryptoThreads);
        fixed = new ArrayList<>(List.of(timers));
        fixed.addAll(tunReaders());
        fixed.addAll(workers(workers));
        fixed.addAll(slotWork.threads());
    }

    // ---- assembly

    private SlotWork<OutboundSlot, InboundSlot> inline() {
        return new InlineWork<>(() -> outboundSlot(2 * BYTES), slots::take, slots::giveBack);
    }

    private SlotWork<OutboundSlot, InboundSlot> cryptoWorkers(int count) {
        return new CryptoWorkers<>(
                this,
                count,
                tun.readers().size(),
                () -> outboundSlot(BYTES),
                () -> inboundSlot(DATAGRAMS));
    }

    private OutboundSlot outboundSlot(int bytes) {
        return new OutboundSlot(socket, actions, events, PACKETS, bytes);
    }

    private InboundSlot inboundSlot(int datagrams) {
        return new InboundSlot(tun, tunnel, actions, events, datagrams);
    }

    private List<TunReader> tunReaders() {
        List<Tun.Reader> queues = tun.readers();
        List<TunReader> readers = new ArrayList<>();
        for (int i = 0; i < queues.size(); i++) {
            IcmpReplies icmpReplies = new IcmpReplies(tun, queues.size());
            readers.add(
                    new TunReader(
                            this,
                            queues.size() == 1 ? "tun" : "tun" + i,
                            queues.get(i),
                            clock,
                            new OutboundRouter(tunnel, bind, icmpReplies, events),
                            peerSender(slotWork.outbound())));
        }
        return readers;
    }

    private List<Worker> workers(int count) {
        InitiationTimestamps timestamps = new InitiationTimestamps(events);
        List<Worker> workers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            workers.add(
                    new Worker(
                            this,
                            i,
                            handshakes,
                            clock,
                            new HandshakeExchange(
                                    tunnel, clock, timestamps, socket, actions, events),
                            peerSender(
                                    new InlineHandOver<>(outboundSlot(BYTES), OutboundSlot::close)),
                            events));
        }
        return workers;
    }

    private PeerSender peerSender(SlotHandOver<OutboundSlot> handOver) {
        return new PeerSender(bind, padding, actions, events, handOver);
    }

    private UdpReader udpReader(int number, Bind open, Bind.Receiver source) {
        HandshakeFilter filter = tunnel.handshakeFilter();
        CookieReplySender replies = new CookieReplySender(filter, clock, socket, events);
        return new UdpReader(
                this,
                number,
                open,
                source,
                tunnel,
                clock,
                events,
                new HandshakeReceiver(open, filter, handshakes, replies, events),
                slotWork.inbound(source.datagrams()));
    }

    private void wakeTimers() {
        timers.wake();
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

    // ---- what the device needs of it

    public Tunnel tunnel() {
        return tunnel;
    }

    public Actions actions() {
        return actions;
    }

    /// Waits until the actions of the protocol that are queued now are carried out, so that their
    /// messages have been given to the sockets; but not for longer than a second.
    public void awaitActions() {
        handshakes.awaitActions(SENDING);
    }

    /// The open bind, or null while the interface is down.
    public @Nullable Bind bind() {
        return bind.get();
    }

    /// Nanoseconds since the device was started.
    public long now() {
        return clock.now();
    }

    /// The number of threads that seal and open for the readers.
    public int cryptoThreads() {
        return slotWork.threads().size();
    }

    /// Moves a peer, as [Relocation#move] does.
    public boolean move(Peer peer, @Nullable Endpoint from, Endpoint to) {
        return Relocation.move(clock.now(), peer, from, to, actions);
    }

    /// Sets the MTU of the interface after it changed. Called by one thread at a time, as
    /// [#routeMtus].
    public void mtu(int bytes) {
        padding.ofInterface(bytes);
    }

    /// The MTUs changed that routes into the interface have of their own.
    public void routeMtus(int[] mtus) {
        padding.ofRoutes(mtus);
    }

    // ---- life

    /// Starts reading the TUN.
    public void start() {
        fixed.forEach(Thread::start);
    }

    /// Starts the protocol when the interface is up; `fresh` is the first bind since then, or null
    /// when none could be opened.
    public void up(@Nullable Bind fresh) {
        bind.replace(fresh);
        tunnel.up(actions);
        // Last: an initiation that came earlier would be refused, and its sender would wait for
        // 5 s.
        if (fresh != null) read(fresh);
    }

    /// Sends through `fresh` from now on and reads its sources; closes the previous bind.
    public void rebind(Bind fresh) {
        List<PipelineThread> oldReaders = takeReaders();
        Bind old = bind.replace(fresh);
        read(fresh);
        if (old != null) close(old, oldReaders);
    }

    private void read(Bind fresh) {
        for (Bind.Receiver source : fresh.receivers()) {
            udpReaders.add(udpReader(udpReaders.size(), fresh, source));
        }
        udpReaders.forEach(Thread::start);
    }

    private List<PipelineThread> takeReaders() {
        List<PipelineThread> readers = List.copyOf(udpReaders);
        udpReaders.clear();
        return readers;
    }

    /// Stops when the interface goes down: nothing is sent or received any more, and waiting
    /// packets are dropped.
    public void down() {
        shut();
        drop(DropReason.INTERFACE_DOWN, null, handshakes.dropMessages());
        for (Peer peer : tunnel.peers()) {
            if (peer.hasStaged()) drop(DropReason.HANDSHAKE_GIVEN_UP, peer, peer.dropStaged());
        }
        drop(DropReason.HANDSHAKE_GIVEN_UP, null, tunnel.down()); // those that came meanwhile
    }

    private void drop(DropReason reason, @Nullable Peer peer, int packets) {
        if (packets > 0) events.dropped(reason, peer, packets, null);
    }

    private void shut() {
        List<PipelineThread> oldReaders = takeReaders();
        Bind old = bind.replace(null);
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

    @Override
    public String name() {
        return tun.name();
    }

    @Override
    public void failed(Throwable cause) {
        failed.accept(cause);
    }

    // A slot of full packets is some 130 µs of sealing; a super-packet has 46.
    private static final int PACKETS = 128;
    private static final int BYTES = 1 << 18;
    private static final int DATAGRAMS = 8; // as many as a socket hands over merged ones
    private static final long SENDING = 1_000_000_000L; // nanoseconds
}
