package dev.adit.net.conformance;

import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Map;

/// Short programs on server socket channels, by their names. Confined to one thread.
final class ServerChannelCases extends Channels {
    static Map<String, SocketCases.Case> all() {
        ServerChannelCases cases = new ServerChannelCases();
        cases.unbound();
        cases.bound();
        cases.closed();
        cases.accepting();
        return cases.all;
    }

    private void unbound(String name, SocketCases.Use<ServerSocketChannel> use) {
        all.put(
                "an unbound server channel: " + name,
                lab -> {
                    try (ServerSocketChannel c = lab.serverChannels().openServerSocketChannel()) {
                        return use.of(c);
                    }
                });
    }

    private void bound(String name, SocketCases.Use<ServerSocketChannel> use) {
        all.put(
                "a server channel: " + name,
                lab -> {
                    try (ServerSocketChannel c = listening(lab)) {
                        return use.of(c);
                    }
                });
    }

    private void closed(String name, SocketCases.Use<ServerSocketChannel> use) {
        bound("closed: " + name, c -> after(c::close, () -> use.of(c)));
    }

    private void unbound() {
        unbound("accepts", ServerSocketChannel::accept);
        unbound("accepts by its socket", c -> c.socket().accept());
        unbound("local address", ServerSocketChannel::getLocalAddress);
        unbound("valid operations", ServerSocketChannel::validOps);
        unbound("its socket is not bound", c -> c.socket().isBound());
        unbound("its socket has its channel", c -> c.socket().getChannel() == c);
        unbound(
                "its socket is bound",
                c -> after(() -> c.socket().bind(null), c.socket()::isBound));
        unbound("is bound to another kind of address", c -> run(() -> c.bind(new Other())));
        unbound(
                "is bound to a name",
                c -> run(() -> c.bind(InetSocketAddress.createUnresolved("host.invalid", 0))));
        unbound(
                "is bound to the address of another",
                c -> run(() -> c.bind(new InetSocketAddress("198.51.100.77", 0))));
        unbound("is bound to nothing", c -> c.bind(null).getLocalAddress() != null);
        unbound("an option of others", c -> c.getOption(StandardSocketOptions.TCP_NODELAY));
        unbound(
                "a receive buffer that is set",
                c -> run(() -> c.setOption(StandardSocketOptions.SO_RCVBUF, 50_000)));
    }

    private void bound() {
        bound("is bound again", c -> run(() -> c.bind(null)));
        bound("accepts nothing without waiting", c -> after(without(c), c::accept));
        bound("accepts by its socket without waiting", c -> after(without(c), c.socket()::accept));
        bound(
                "its socket times out",
                c -> {
                    c.socket().setSoTimeout(10);
                    return c.socket().accept();
                });
        bound("the port of its socket", c -> c.socket().getLocalPort() > 0);
        bound(
                "the address of its socket",
                c -> c.socket().getLocalSocketAddress().equals(c.getLocalAddress()));
        bound("its socket closes it", c -> after(() -> c.socket().close(), c::isOpen));
        bound(
                "its address is taken",
                c -> {
                    try (ServerSocketChannel other = c.provider().openServerSocketChannel()) {
                        return run(() -> other.bind(c.getLocalAddress()));
                    }
                });
    }

    private static Action without(ServerSocketChannel c) {
        return () -> c.configureBlocking(false);
    }

    private void closed() {
        closed("accepts", ServerSocketChannel::accept);
        closed("local address", ServerSocketChannel::getLocalAddress);
        closed("is bound", c -> run(() -> c.bind(null)));
        closed("an option", c -> c.getOption(StandardSocketOptions.SO_RCVBUF));
        closed("its socket is closed", c -> c.socket().isClosed());
        closed("accepts by its socket", c -> c.socket().accept());
    }

    private void accepting() {
        all.put(
                "a server channel: accepts without waiting",
                lab -> {
                    try (ServerSocketChannel listening = listening(lab);
                            SocketChannel c = lab.clientChannels().openSocketChannel()) {
                        listening.configureBlocking(false);
                        c.connect(listening.getLocalAddress());
                        awaitReady(listening, SelectionKey.OP_ACCEPT);
                        try (SocketChannel accepted = listening.accept()) {
                            return accepted.isBlocking() + " " + listening.accept();
                        }
                    }
                });
        all.put(
                "a server channel: accepts by its socket",
                lab -> {
                    try (ServerSocketChannel listening = listening(lab);
                            SocketChannel c = lab.clientChannels().openSocketChannel()) {
                        c.connect(listening.getLocalAddress());
                        try (var accepted = listening.socket().accept()) {
                            return accepted.getChannel().isConnected();
                        }
                    }
                });
        for (ThreadKind kind : ThreadKind.values()) {
            bound(
                    "closed while it accepts, " + kind,
                    c -> {
                        var thread = kind.run(c::accept).begun();
                        c.close();
                        return thread.get();
                    });
            bound(
                    "interrupted while it accepts, " + kind,
                    c -> {
                        var thread = kind.run(c::accept).begun();
                        thread.interrupt();
                        return thread.get();
                    });
        }
    }
}
