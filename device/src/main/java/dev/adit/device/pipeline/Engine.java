package dev.adit.device.pipeline;

import dev.adit.device.io.Bind;
import dev.adit.device.io.Tun;
import dev.adit.protocol.tunnel.Tunnel;
import dev.adit.protocol.tunnel.Wants;
import dev.adit.protocol.verdict.DropReason;

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
public final class Engine {
    final Tun tun;
    final Tunnel tunnel;
    final Clock clock;
    final Drops drops = new Drops();
    final Inbox inbox = new Inbox();
    final Journal journal;
    final Wants wants;
    final Timestamps timestamps;

    private final Consumer<Throwable> failed;
    private final TimerThread timers;
    private final TunReader tunReader;
    private final List<PipelineThread> fixed;
    private final List<PipelineThread> udpReaders = new ArrayList<>();
    private volatile Bind bind; // null while the interface is down
    volatile int mtu;

    /// @param workers how many threads compute handshakes, at least one
    /// @param failed told, by the thread itself, why a thread ended without being asked to: an
    ///   [java.io.IOException] when the interface is gone, else a bug
    public Engine(Tun tun, Clock clock, Journal journal, int workers, Consumer<Throwable> failed) {
        this.tun = tun;
        this.clock = clock;
        this.journal = journal;
        this.failed = failed;
        mtu = tun.mtu();
        timestamps = new Timestamps(journal);
        wants = new Orders(inbox, clock, journal);
        timers = new TimerThread(this);
        tunnel = new Tunnel(new SecureRandom(), jitter(), timers::wake);
        tunReader = new TunReader(this);
        fixed = new ArrayList<>(List.of(tunReader, timers));
        for (int i = 0; i < workers; i++) fixed.add(new Worker(this, i));
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

    public Wants wants() {
        return wants;
    }

    public Drops drops() {
        return drops;
    }

    /// The open bind, or null while the interface is down.
    public Bind bind() {
        return bind;
    }

    /// The interface's MTU changed.
    public void mtu(int bytes) {
        mtu = bytes;
    }

    /// Starts reading the TUN.
    public void start() {
        fixed.forEach(Thread::start);
    }

    /// The interface is up, and `fresh` is the first bind since it is, or null when none could be
    /// opened.
    public void up(Bind fresh) {
        bind = fresh;
        tunnel.up(wants);
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
            udpReaders.add(new UdpReader(this, fresh, source, udpReaders.size()));
        }
        udpReaders.forEach(Thread::start);
    }

    /// The interface went down: nothing is sent or received any more, and what waited is dropped.
    public void down() {
        shut();
        drops.count(DropReason.INTERFACE_DOWN, inbox.dropMessages());
        drops.count(DropReason.HANDSHAKE_GIVEN_UP, tunnel.down());
    }

    private void shut() {
        Bind old = bind;
        List<PipelineThread> oldReaders = List.copyOf(udpReaders);
        udpReaders.clear();
        bind = null;
        if (old != null) close(old, oldReaders);
    }

    private static void close(Bind old, List<PipelineThread> readers) {
        try {
            old.close();
        } finally {
            readers.forEach(PipelineThread::finish);
        }
    }

    /// Ends all threads and frees their memory. The TUN must be closed before, so that its reader
    /// returns.
    public void stop() {
        try {
            shut();
        } finally {
            inbox.close();
            timers.end();
            fixed.forEach(PipelineThread::finish);
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
