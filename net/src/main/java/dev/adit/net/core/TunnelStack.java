package dev.adit.net.core;

import dev.adit.ip.address.IpAddress;
import dev.adit.ip.port.Tun;
import dev.adit.stack.Stack;
import dev.adit.stack.StackConfig;
import dev.adit.stack.hash.SipHash;
import dev.adit.stack.socket.Connection;
import dev.adit.stack.socket.Echo;
import dev.adit.stack.socket.Listener;
import dev.adit.stack.socket.StackEvents;
import dev.adit.stack.socket.TcpOptions;
import dev.adit.stack.socket.UdpPort;

import org.jspecify.annotations.Nullable;

import java.net.SocketException;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// A stack that is joined to a device by a TUN, on which sockets are created. Thread-safe.
public final class TunnelStack {
    private final String name;
    private final StackTun tun;
    private final Stack stack;
    private final Set<IpAddress> addresses;
    private final TcpOptions options;
    private final NameResolver names;
    private final PeerDiagnosis peers;
    private final Set<SocketEvents> open = ConcurrentHashMap.newKeySet(); // ports, not connections
    private volatile boolean isClosing;
    private volatile Supplier<Optional<Throwable>> failure = Optional::empty;
    private volatile @Nullable Thread closer; // waits for connections to end

    /// @param name of the network, for messages
    /// @param options of connections and listeners, unless their program sets others
    public TunnelStack(
            String name,
            StackConfig config,
            TcpOptions options,
            NameResolver names,
            PeerDiagnosis peers) {
        this.name = name;
        addresses =
                config.addresses().stream()
                        .map(StackConfig.Address::address)
                        .collect(Collectors.toUnmodifiableSet());
        this.options = options;
        this.names = names;
        this.peers = peers;
        tun = new StackTun(name, config.mtu(), this::deviceClosed);
        SecureRandom random = new SecureRandom();
        SipHash key = new SipHash(random.nextLong(), random.nextLong());
        stack = new Stack(config, key, random, new Events());
        tun.stack(stack);
    }

    /// The TUN to build the device with.
    public Tun tun() {
        return tun;
    }

    /// Sets the interface up, once the device is configured.
    public void up() {
        tun.up();
    }

    /// The stack.
    public Stack stack() {
        return stack;
    }

    /// The name of the network.
    public String name() {
        return name;
    }

    /// True for an own address.
    public boolean isOwn(IpAddress address) {
        return addresses.contains(address);
    }

    /// The own addresses.
    public Set<IpAddress> addresses() {
        return addresses;
    }

    /// Options of connections and listeners, unless their program sets others.
    public TcpOptions options() {
        return options;
    }

    /// Finds the addresses of names.
    public NameResolver names() {
        return names;
    }

    /// Nanoseconds on the clock of the stack.
    public long now() {
        return StackTun.now();
    }

    /// `: ` and what is known to be wrong on the way to `destination`, or nothing.
    public String reason(IpAddress destination) {
        String reason = peers.explain(destination);
        return reason.isEmpty() ? "" : ": " + reason;
    }

    /// There are sessions again with the peers that have the addresses for which a predicate is
    /// true. Any thread, with any monitor held.
    ///
    /// @param behind asked for the predicate soon, without monitors, once for all calls up to then
    public void peersAnswer(Supplier<Predicate<IpAddress>> behind) {
        tun.request(() -> stack.peerAnswers(now(), behind.get()));
    }

    /// Has `port`, a listener or a UDP port, told when the network closes.
    public void opened(SocketEvents port) {
        open.add(port);
    }

    /// `port` is closed.
    public void closed(SocketEvents port) {
        open.remove(port);
    }

    /// Refuses what asks for a network that is gone.
    ///
    /// @throws SocketException when the network is closed or closing
    public void checkOpen() throws SocketException {
        if (!isClosing) return;
        SocketException closed = new SocketException("Network closed: " + name);
        failure.get().ifPresent(closed::initCause);
        throw closed;
    }

    /// True once the network is closed or closing.
    public boolean isClosing() {
        return isClosing;
    }

    /// The device closes: orderly, or because it failed.
    private void deviceClosed() {
        isClosing = true;
        wakeAll();
    }

    /// Sets what gives the reason why the device failed, if it did.
    public void failure(Supplier<Optional<Throwable>> reason) {
        failure = reason;
    }

    /// Ends the network in order: nothing new begins, blocked calls end, connections are closed and
    /// may deliver what was written; what has not ended after `grace` nanoseconds is reset.
    public void close(long grace) {
        isClosing = true;
        long begin = now();
        closer = Thread.currentThread();
        wakeAll();
        for (Connection c : stack.connections()) c.close(now());
        boolean interrupted = false;
        for (long left = grace; left > 0; left = grace - (now() - begin)) {
            if (stack.stats().connections() == 0) break;
            LockSupport.parkNanos(this, left);
            interrupted |= Thread.interrupted();
        }
        for (Connection c : stack.connections()) c.abort(now());
        begin = now();
        while (stack.isReady() && now() - begin < LAST_PACKETS) {
            tun.wake();
            LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(1));
            interrupted |= Thread.interrupted();
        }
        closer = null;
        if (interrupted) Thread.currentThread().interrupt();
    }

    /// Frees all memory. The device must have been closed.
    public void release() {
        isClosing = true;
        stack.close(now());
        wakeAll();
    }

    private void wakeAll() {
        for (SocketEvents port : open) wake(port);
        for (Connection c : stack.connections()) {
            if (c.attachment() instanceof SocketEvents socket) wake(socket);
        }
    }

    private static void wake(SocketEvents socket) {
        socket.readable();
        socket.writable();
        socket.changed();
    }

    /// Passes on what the stack tells.
    private final class Events implements StackEvents {
        @Override
        public void readable(Connection c) {
            if (c.attachment() instanceof SocketEvents socket) socket.readable();
        }

        @Override
        public void writable(Connection c) {
            if (c.attachment() instanceof SocketEvents socket) socket.writable();
        }

        @Override
        public void connected(Connection c) {
            if (c.attachment() instanceof SocketEvents socket) socket.changed();
        }

        @Override
        public void ended(Connection c) {
            if (c.attachment() instanceof SocketEvents socket) socket.changed();
            Thread waiting = closer;
            if (waiting != null) LockSupport.unpark(waiting);
        }

        @Override
        public void acceptable(Listener l) {
            if (l.attachment() instanceof SocketEvents socket) socket.readable();
        }

        @Override
        public void readable(UdpPort d) {
            if (d.attachment() instanceof SocketEvents socket) socket.readable();
        }

        @Override
        public void writable(UdpPort d) {
            if (d.attachment() instanceof SocketEvents socket) socket.writable();
        }

        @Override
        public void answered(Echo echo) {
            if (echo.attachment() instanceof SocketEvents ping) ping.changed();
        }

        @Override
        public void transmit() {
            tun.wake();
        }
    }

    private static final long LAST_PACKETS = 100_000_000L;
}
