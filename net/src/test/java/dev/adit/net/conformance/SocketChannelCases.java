package dev.adit.net.conformance;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Map;

/// Short programs on socket channels, by their names. Confined to one thread.
final class SocketChannelCases extends Channels {
    static Map<String, SocketCases.Case> all() {
        SocketChannelCases cases = new SocketChannelCases();
        cases.unconnected();
        cases.closed();
        cases.connecting();
        cases.connected();
        cases.buffers();
        cases.ends();
        cases.threads();
        cases.views();
        return cases.all;
    }

    private void fresh(String name, SocketCases.Use<SocketChannel> use) {
        all.put(
                "an unconnected channel: " + name,
                lab -> {
                    try (SocketChannel channel = lab.clientChannels().openSocketChannel()) {
                        return use.of(channel);
                    }
                });
    }

    private void pair(String name, SocketCases.Use<Pair> use) {
        all.put(
                "a connected channel: " + name,
                lab -> {
                    try (Pair pair = Pair.of(lab)) {
                        return use.of(pair);
                    }
                });
    }

    private void closed(String name, SocketCases.Use<SocketChannel> use) {
        all.put(
                "a closed channel: " + name,
                lab -> {
                    try (Pair pair = Pair.of(lab)) {
                        pair.client().close();
                        return use.of(pair.client());
                    }
                });
    }

    private void unconnected() {
        fresh("connected", SocketChannel::isConnected);
        fresh("pending", SocketChannel::isConnectionPending);
        fresh("blocking", SocketChannel::isBlocking);
        fresh("registered", SocketChannel::isRegistered);
        fresh("valid operations", SocketChannel::validOps);
        fresh("local address", SocketChannel::getLocalAddress);
        fresh("remote address", SocketChannel::getRemoteAddress);
        fresh("reads", c -> c.read(bytes(1)));
        fresh("scatters", c -> c.read(new ByteBuffer[] {bytes(1)}));
        fresh("writes", c -> c.write(bytes(1)));
        fresh("gathers", c -> c.write(new ByteBuffer[] {bytes(1)}));
        fresh("reads into nothing", c -> c.read((ByteBuffer) null));
        fresh("finishes to connect", SocketChannel::finishConnect);
        fresh("shuts input down", c -> run(c::shutdownInput));
        fresh("shuts output down", c -> run(c::shutdownOutput));
        fresh("connects to nothing", c -> c.connect(null));
        fresh("connects to another kind of address", c -> c.connect(new Other()));
        fresh(
                "connects to a name",
                c -> c.connect(InetSocketAddress.createUnresolved("host.invalid", 80)));
        fresh(
                "is open after a name that is none",
                c -> {
                    try {
                        c.connect(InetSocketAddress.createUnresolved("host.invalid", 80));
                    } catch (RuntimeException e) {
                        return c.isOpen();
                    }
                    return "connected";
                });
        fresh("is bound twice", c -> run(() -> c.bind(null).bind(null)));
        fresh("is bound to another kind of address", c -> run(() -> c.bind(new Other())));
        fresh(
                "is bound to a name",
                c -> run(() -> c.bind(InetSocketAddress.createUnresolved("host.invalid", 0))));
        fresh("has an address when it is bound", c -> c.bind(null).getLocalAddress() != null);
        fresh("an option of others", c -> c.getOption(StandardSocketOptions.IP_MULTICAST_TTL));
        fresh("an option that is null", c -> c.getOption(null));
        all.put(
                "an unconnected channel: connects to an address that is not its own",
                lab -> {
                    try (SocketChannel c = lab.clientChannels().openSocketChannel()) {
                        return run(() -> c.bind(new InetSocketAddress("198.51.100.77", 0)));
                    }
                });
        all.put(
                "an IPv4 channel: connects to IPv6",
                lab -> {
                    try (SocketChannel c =
                            lab.clientChannels().openSocketChannel(StandardProtocolFamily.INET)) {
                        return c.connect(new InetSocketAddress("::1", 80));
                    }
                });
    }

    private void closed() {
        closed("reads", c -> c.read(bytes(1)));
        closed("reads into a read-only buffer", c -> c.read(bytes(1).asReadOnlyBuffer()));
        closed("writes", c -> c.write(bytes(1)));
        closed("connected", SocketChannel::isConnected);
        closed("pending", SocketChannel::isConnectionPending);
        closed("local address", SocketChannel::getLocalAddress);
        closed("remote address", SocketChannel::getRemoteAddress);
        closed("connects", c -> c.connect(new InetSocketAddress("10.0.0.2", 80)));
        closed("finishes to connect", SocketChannel::finishConnect);
        closed("shuts output down", c -> run(c::shutdownOutput));
        closed("is bound", c -> run(() -> c.bind(null)));
        closed("no delay", c -> c.getOption(StandardSocketOptions.TCP_NODELAY));
        closed(
                "sets no delay",
                c -> run(() -> c.setOption(StandardSocketOptions.TCP_NODELAY, true)));
        closed("changes its mode", c -> run(() -> c.configureBlocking(false)));
        closed("closes again", c -> run(c::close));
        closed("its socket is closed", c -> c.socket().isClosed());
        closed("no delay of its socket", c -> c.socket().getTcpNoDelay());
    }

    private void connecting() {
        all.put(
                "connecting: refused",
                lab -> {
                    try (SocketChannel c = lab.clientChannels().openSocketChannel()) {
                        return c.connect(nowhere(lab));
                    }
                });
        all.put(
                "connecting: refused without waiting",
                lab -> {
                    try (SocketChannel c = lab.clientChannels().openSocketChannel()) {
                        c.configureBlocking(false);
                        c.connect(nowhere(lab));
                        awaitReady(c, SelectionKey.OP_CONNECT);
                        return c.finishConnect();
                    }
                });
        all.put(
                "connecting: refused is closed",
                lab -> {
                    SocketChannel c = lab.clientChannels().openSocketChannel();
                    try {
                        c.connect(nowhere(lab));
                    } catch (IOException e) {
                        return c.isOpen();
                    }
                    return "connected";
                });
        without("is connected in the end", c -> c.finishConnect() + " " + c.isConnected());
        without("is pending until it is finished", SocketChannel::isConnectionPending);
        without("is connected before it is finished", SocketChannel::isConnected);
        without("reads before it is finished", c -> c.read(bytes(1)));
        without("writes before it is finished", c -> c.write(bytes(1)));
        without("connects again", c -> c.connect(new InetSocketAddress("10.0.0.2", 80)));
        without("is bound", c -> run(() -> c.bind(null)));
        without("has a local address", c -> c.getLocalAddress() != null);
        without("finishes twice", c -> c.finishConnect() && c.finishConnect());
        without(
                "finishes in blocking mode",
                c -> {
                    c.configureBlocking(true);
                    return c.finishConnect();
                });
        without("is closed", c -> after(c::close, c::isConnectionPending));
    }

    /// A channel that has begun to connect without waiting, and is ready to finish.
    private void without(String name, SocketCases.Use<SocketChannel> use) {
        all.put(
                "connecting without waiting: " + name,
                lab -> {
                    try (ServerSocketChannel listening = listening(lab);
                            SocketChannel c = lab.clientChannels().openSocketChannel()) {
                        c.configureBlocking(false);
                        if (c.connect(listening.getLocalAddress())) return "at once";
                        awaitReady(c, SelectionKey.OP_CONNECT);
                        return use.of(c);
                    }
                });
    }

    private void connected() {
        pair("connects again", p -> p.client().connect(p.client().getRemoteAddress()));
        pair("finishes again", p -> p.client().finishConnect());
        pair("is bound again", p -> run(() -> p.client().bind(null)));
        pair("accepted: blocking", p -> p.server().isBlocking());
        pair("accepted: connected", p -> p.server().isConnected());
        pair("accepted: pending", p -> p.server().isConnectionPending());
        pair(
                "its addresses are those of the other end",
                p ->
                        p.client().getLocalAddress().equals(p.server().getRemoteAddress())
                                && p.server()
                                        .getLocalAddress()
                                        .equals(p.client().getRemoteAddress()));
        pair("keepalive", p -> p.client().getOption(StandardSocketOptions.SO_KEEPALIVE));
        pair(
                "no delay that is set",
                p ->
                        p.client()
                                .setOption(StandardSocketOptions.TCP_NODELAY, true)
                                .getOption(StandardSocketOptions.TCP_NODELAY));
        pair(
                "linger that is set",
                p ->
                        p.client()
                                .setOption(StandardSocketOptions.SO_LINGER, 5)
                                .getOption(StandardSocketOptions.SO_LINGER));
        pair(
                "a buffer below nothing",
                p -> run(() -> p.client().setOption(StandardSocketOptions.SO_SNDBUF, -1)));
        pair(
                "a value that is null",
                p -> run(() -> p.client().setOption(StandardSocketOptions.SO_RCVBUF, null)));
        pair(
                "blocks while it is registered",
                p -> {
                    p.client().configureBlocking(false);
                    try (var selector = p.client().provider().openSelector()) {
                        p.client().register(selector, SelectionKey.OP_READ);
                        return run(() -> p.client().configureBlocking(true));
                    }
                });
    }

    private void buffers() {
        pair(
                "reads nothing without waiting",
                p -> {
                    p.client().configureBlocking(false);
                    return p.client().read(bytes(8));
                });
        pair("reads into no room", p -> p.client().read(bytes(0)));
        pair("writes from no bytes", p -> p.client().write(bytes(0)));
        pair("reads into a read-only buffer", p -> p.client().read(bytes(1).asReadOnlyBuffer()));
        pair("writes from a read-only buffer", p -> p.client().write(bytes(3).asReadOnlyBuffer()));
        pair(
                "positions move",
                p -> {
                    ByteBuffer from = ByteBuffer.wrap("0123456789".getBytes()).position(2).limit(7);
                    p.client().write(from);
                    ByteBuffer to = ByteBuffer.allocateDirect(10).position(1);
                    while (to.position() < 6) p.server().read(to);
                    return from + " " + to + " " + (char) to.get(1) + (char) to.get(5);
                });
        pair(
                "a direct buffer with an offset",
                p -> {
                    ByteBuffer from = ByteBuffer.allocateDirect(10);
                    for (int i = 0; i < 10; i++) from.put(i, (byte) i);
                    p.client().write(from.slice(3, 4));
                    ByteBuffer to = ByteBuffer.allocate(10).slice(2, 8);
                    while (to.position() < 4) p.server().read(to);
                    return to.get(0) + " " + to.get(3) + " " + to.arrayOffset();
                });
        pair(
                "gathers and scatters",
                p -> {
                    ByteBuffer[] from = {bytes(3), bytes(0), bytes(5)};
                    from[2].put(4, (byte) 9);
                    long written = p.client().write(from);
                    awaitReadable(p.server());
                    ByteBuffer[] to = {bytes(2), bytes(6), bytes(4)};
                    long read = 0;
                    while (read < 8) read += p.server().read(to);
                    return written + " " + read + " " + to[1].get(5) + " " + to[2].position();
                });
        pair("gathers no buffers", p -> p.client().write(new ByteBuffer[0]));
        pair("scatters into no buffers", p -> p.client().read(new ByteBuffer[0]));
        pair("scatters beyond the array", p -> p.client().read(new ByteBuffer[2], 1, 2));
        pair("gathers beyond the array", p -> p.client().write(new ByteBuffer[2], -1, 2));
        pair(
                "scatters into a read-only buffer",
                p -> {
                    p.server().write(bytes(9));
                    awaitReadable(p.client());
                    return p.client().read(new ByteBuffer[] {bytes(1).asReadOnlyBuffer()});
                });
        pair(
                "writes until there is no room",
                p -> {
                    p.client().configureBlocking(false);
                    ByteBuffer all = bytes(64 << 20);
                    while (p.client().write(all) > 0) {}
                    return all.hasRemaining(); // the peer's side takes more meanwhile
                });
    }

    private void ends() {
        pair(
                "reads the peer's end",
                p -> {
                    p.server().shutdownOutput();
                    return p.client().read(bytes(1)) + " " + p.client().read(bytes(1));
                });
        pair(
                "reads the peer's end after its bytes",
                p -> {
                    p.server().write(bytes(5));
                    p.server().close();
                    ByteBuffer to = bytes(10);
                    while (p.client().read(to) >= 0) {}
                    return to.position();
                });
        pair(
                "scatters the peer's end",
                p -> {
                    p.server().shutdownOutput();
                    return p.client().read(new ByteBuffer[] {bytes(1), bytes(1)});
                });
        pair(
                "answers behind the peer's end",
                p -> {
                    p.server().shutdownOutput();
                    p.client().read(bytes(1));
                    p.client().write(bytes(4));
                    return p.server().read(bytes(9));
                });
        pair("writes behind its own end", p -> p.client().shutdownOutput().write(bytes(1)));
        pair("reads behind its own end", p -> p.client().shutdownInput().read(bytes(1)));
        pair(
                "shuts both down, twice",
                p -> {
                    p.client().shutdownInput().shutdownInput();
                    p.client().shutdownOutput().shutdownOutput();
                    return p.client().isOpen() + " " + p.client().isConnected();
                });
        pair("reads a reset", p -> p.reset().client().read(bytes(1)));
        pair(
                "reads a reset, again",
                p -> {
                    p.reset();
                    try {
                        return p.client().read(bytes(1));
                    } catch (IOException e) {
                        return p.client().isOpen()
                                + " "
                                + e.getMessage()
                                + " "
                                + p.client().read(bytes(1));
                    }
                });
        pair(
                "reads a reset without waiting",
                p -> {
                    p.reset();
                    awaitReadable(p.client());
                    return p.client().read(bytes(1));
                });
        pair(
                "writes after a reset",
                p -> {
                    p.reset();
                    awaitReadable(p.client());
                    try {
                        p.client().write(bytes(1));
                        return p.client().write(bytes(1));
                    } catch (IOException e) {
                        return "an exception";
                    }
                });
    }

    private void threads() {
        for (ThreadKind kind : ThreadKind.values()) {
            pair(
                    "closed while it reads, " + kind,
                    p -> {
                        var reader = kind.run(() -> p.client().read(bytes(1))).begun();
                        p.client().close();
                        return reader.get();
                    });
            pair(
                    "interrupted while it reads, " + kind,
                    p -> {
                        var reader = kind.run(() -> p.client().read(bytes(1))).begun();
                        reader.interrupt();
                        return reader.get();
                    });
            pair(
                    "is closed when it was interrupted, " + kind,
                    p -> {
                        var reader = kind.run(() -> p.client().read(bytes(1))).begun();
                        reader.interrupt();
                        try {
                            return reader.get();
                        } catch (IOException e) {
                            return p.client().isOpen();
                        }
                    });
            pair(
                    "reads in a thread that was interrupted, " + kind,
                    p ->
                            kind.run(
                                            () -> {
                                                Thread.currentThread().interrupt();
                                                return p.client().read(bytes(1));
                                            })
                                    .get());
            pair(
                    "closed while it writes, " + kind,
                    p -> {
                        var writer =
                                kind.run(
                                                () -> {
                                                    ByteBuffer all = bytes(1 << 20);
                                                    while (true) p.client().write(all.clear());
                                                })
                                        .begun();
                        p.client().close();
                        try {
                            return writer.get();
                        } catch (ClosedChannelException e) {
                            return "closed"; // in a write, or between two
                        }
                    });
            pair(
                    "shuts input down while it reads, " + kind,
                    p -> {
                        var reader = kind.run(() -> p.client().read(bytes(1))).begun();
                        p.client().shutdownInput();
                        return reader.get();
                    });
        }
    }

    private void views() {
        fresh("its socket has its channel", c -> c.socket().getChannel() == c);
        fresh("its socket is the same", c -> c.socket() == c.socket());
        fresh("its socket is not connected", c -> c.socket().isConnected());
        fresh("its socket is not bound", c -> c.socket().isBound());
        fresh("the port of its socket", c -> c.socket().getPort());
        fresh("the local port of its socket", c -> c.socket().getLocalPort());
        fresh("the input of its socket", c -> c.socket().getInputStream());
        fresh(
                "options of its socket",
                c -> {
                    c.socket().setTcpNoDelay(true);
                    c.socket().setKeepAlive(true);
                    c.socket().setSoLinger(true, 7);
                    c.socket().setSoTimeout(5);
                    c.socket().setTrafficClass(0x10);
                    return c.getOption(StandardSocketOptions.TCP_NODELAY)
                            + " "
                            + c.getOption(StandardSocketOptions.SO_KEEPALIVE)
                            + " "
                            + c.socket().getSoLinger()
                            + " "
                            + c.socket().getSoTimeout()
                            + " "
                            + c.socket().getTrafficClass();
                });
        fresh(
                "its socket connects to a name",
                c -> run(() -> c.socket().connect(unresolved(), 1000)));
        fresh("its socket is bound", c -> after(() -> c.socket().bind(null), c.socket()::isBound));
        pair("its socket is connected", p -> p.client().socket().isConnected());
        pair(
                "the ports of its socket",
                p ->
                        p.client().socket().getPort() == p.server().socket().getLocalPort()
                                && p.server().socket().getPort()
                                        == p.client().socket().getLocalPort());
        pair(
                "streams of its socket",
                p -> {
                    p.client().socket().getOutputStream().write(new byte[] {1, 2, 3});
                    p.client().socket().shutdownOutput();
                    return p.server().socket().getInputStream().readAllBytes().length;
                });
        pair(
                "a read of its socket times out",
                p -> {
                    p.client().socket().setSoTimeout(10);
                    return p.client().socket().getInputStream().read();
                });
        pair(
                "its socket reads in non-blocking mode",
                p -> {
                    p.client().configureBlocking(false);
                    return p.client().socket().getInputStream().read();
                });
        pair(
                "its socket writes in non-blocking mode",
                p -> {
                    p.client().configureBlocking(false);
                    return run(() -> p.client().socket().getOutputStream().write(1));
                });
        pair(
                "its socket knows of the ends",
                p -> {
                    p.client().shutdownInput().shutdownOutput();
                    return p.client().socket().isInputShutdown()
                            + " "
                            + p.client().socket().isOutputShutdown();
                });
        pair(
                "its socket closes it",
                p -> after(() -> p.client().socket().close(), p.client()::isOpen));
        all.put(
                "an unconnected channel: its socket connects in time",
                lab -> {
                    try (ServerSocketChannel listening = listening(lab);
                            SocketChannel c = lab.clientChannels().openSocketChannel()) {
                        c.socket().connect(listening.getLocalAddress(), 30_000);
                        return c.isConnected() + " " + c.socket().isBound();
                    }
                });
        all.put(
                "an unconnected channel: its socket connects in non-blocking mode",
                lab -> {
                    try (ServerSocketChannel listening = listening(lab);
                            SocketChannel c = lab.clientChannels().openSocketChannel()) {
                        c.configureBlocking(false);
                        return run(() -> c.socket().connect(listening.getLocalAddress(), 30_000));
                    }
                });
    }

    private static InetSocketAddress unresolved() {
        return InetSocketAddress.createUnresolved("host.invalid", 80);
    }
}
