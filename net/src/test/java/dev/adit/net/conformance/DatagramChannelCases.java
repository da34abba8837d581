package dev.adit.net.conformance;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.util.Map;

/// Short programs on datagram channels, by their names. Confined to one thread.
final class DatagramChannelCases extends Channels {
    static Map<String, SocketCases.Case> all() {
        DatagramChannelCases cases = new DatagramChannelCases();
        cases.unbound();
        cases.bound();
        cases.closed();
        cases.exchanging();
        cases.connected();
        cases.threads();
        return cases.all;
    }

    /// Two channels that may send to one another.
    record Two(DatagramChannel client, DatagramChannel server) implements AutoCloseable {
        static Two of(SocketLab lab) throws IOException {
            DatagramChannel server = lab.serverChannels().openDatagramChannel();
            server.bind(new InetSocketAddress(lab.serverAddress(), 0));
            return new Two(datagrams(lab), server);
        }

        Two connect() throws IOException {
            client.connect(server.getLocalAddress());
            return this;
        }

        SocketAddress target() throws IOException {
            return server.getLocalAddress();
        }

        @Override
        public void close() throws IOException {
            client.close();
            server.close();
        }
    }

    private void fresh(String name, SocketCases.Use<DatagramChannel> use) {
        all.put(
                "an unbound datagram channel: " + name,
                lab -> {
                    try (DatagramChannel c = lab.clientChannels().openDatagramChannel()) {
                        return use.of(c);
                    }
                });
    }

    private void bound(String name, SocketCases.Use<DatagramChannel> use) {
        all.put(
                "a datagram channel: " + name,
                lab -> {
                    try (DatagramChannel c = datagrams(lab)) {
                        return use.of(c);
                    }
                });
    }

    private void closed(String name, SocketCases.Use<DatagramChannel> use) {
        bound("closed: " + name, c -> after(c::close, () -> use.of(c)));
    }

    private void two(String name, SocketCases.Use<Two> use) {
        all.put(
                "datagram channels: " + name,
                lab -> {
                    try (Two two = Two.of(lab)) {
                        return use.of(two);
                    }
                });
    }

    private void unbound() {
        fresh("local address", DatagramChannel::getLocalAddress);
        fresh("remote address", DatagramChannel::getRemoteAddress);
        fresh("connected", DatagramChannel::isConnected);
        fresh("valid operations", DatagramChannel::validOps);
        fresh("reads", c -> c.read(bytes(1)));
        fresh("scatters", c -> c.read(new ByteBuffer[] {bytes(1)}));
        fresh("writes", c -> c.write(bytes(1)));
        fresh("gathers", c -> c.write(new ByteBuffer[] {bytes(1)}));
        fresh("disconnects", c -> run(c::disconnect));
        fresh(
                "receives without waiting",
                c -> {
                    c.configureBlocking(false);
                    return c.receive(bytes(1)) + " " + (c.getLocalAddress() != null);
                });
        fresh("receives into a read-only buffer", c -> c.receive(bytes(1).asReadOnlyBuffer()));
        fresh("sends to nothing", c -> c.send(bytes(1), null));
        fresh("sends to another kind of address", c -> c.send(bytes(1), new Other()));
        fresh("sends to a name", c -> c.send(bytes(1), unresolved()));
        fresh("connects to a name", c -> run(() -> c.connect(unresolved())));
        fresh("connects to another kind of address", c -> run(() -> c.connect(new Other())));
        fresh("is bound to a name", c -> run(() -> c.bind(unresolved())));
        fresh(
                "is bound to the address of another",
                c -> run(() -> c.bind(new InetSocketAddress("198.51.100.77", 0))));
        fresh("its socket has its channel", c -> c.socket().getChannel() == c);
        fresh("its socket is not bound", c -> c.socket().isBound());
        fresh("its socket is bound", c -> after(() -> c.socket().bind(null), c.socket()::isBound));
        fresh("an option of others", c -> c.getOption(StandardSocketOptions.TCP_NODELAY));
        fresh("an option that is null", c -> c.getOption(null));
    }

    private static InetSocketAddress unresolved() {
        return InetSocketAddress.createUnresolved("host.invalid", 9);
    }

    private void bound() {
        bound("is bound again", c -> run(() -> c.bind(null)));
        bound("blocking", DatagramChannel::isBlocking);
        bound(
                "receives nothing without waiting",
                c -> after(without(c), () -> c.receive(bytes(1))));
        bound("sends too much", c -> c.send(bytes(70_000), c.getLocalAddress()));
        bound(
                "sends to port 0",
                c -> c.send(bytes(1), new InetSocketAddress(InetAddress.ofLiteral("10.0.0.2"), 0)));
        bound(
                "a traffic class that is set",
                c ->
                        c.setOption(StandardSocketOptions.IP_TOS, 0x10)
                                .getOption(StandardSocketOptions.IP_TOS));
        bound(
                "its socket receives in non-blocking mode",
                c ->
                        after(
                                without(c),
                                () ->
                                        run(
                                                () ->
                                                        c.socket()
                                                                .receive(
                                                                        new java.net.DatagramPacket(
                                                                                new byte[1], 1)))));
        bound("its socket closes it", c -> after(() -> c.socket().close(), c::isOpen));
        bound(
                "its address is taken",
                c -> {
                    try (DatagramChannel other = c.provider().openDatagramChannel()) {
                        return run(() -> other.bind(c.getLocalAddress()));
                    }
                });
    }

    private static Action without(DatagramChannel c) {
        return () -> c.configureBlocking(false);
    }

    private void closed() {
        closed("receives", c -> c.receive(bytes(1)));
        closed("sends", c -> c.send(bytes(1), new InetSocketAddress("10.0.0.2", 9)));
        closed("reads", c -> c.read(bytes(1)));
        closed("connects", c -> run(() -> c.connect(new InetSocketAddress("10.0.0.2", 9))));
        closed("connected", DatagramChannel::isConnected);
        closed("local address", DatagramChannel::getLocalAddress);
        closed("is bound", c -> run(() -> c.bind(null)));
        closed("disconnects", c -> run(c::disconnect));
        closed("an option", c -> c.getOption(StandardSocketOptions.SO_RCVBUF));
        closed("its socket is closed", c -> c.socket().isClosed());
    }

    private void exchanging() {
        two(
                "a datagram and its sender",
                t -> {
                    int sent = t.client().send(bytes(5), t.target());
                    ByteBuffer to = bytes(9);
                    SocketAddress from = t.server().receive(to);
                    return sent
                            + " "
                            + to.position()
                            + " "
                            + from.equals(t.client().getLocalAddress());
                });
        two(
                "an empty datagram",
                t -> {
                    t.client().send(bytes(0), t.target());
                    return t.server().receive(bytes(9)) != null;
                });
        two(
                "a datagram that does not fit",
                t -> {
                    t.client().send(bytes(100), t.target());
                    t.client().send(bytes(3), t.target());
                    ByteBuffer one = ByteBuffer.allocateDirect(10), other = bytes(10);
                    t.server().receive(one);
                    t.server().receive(other);
                    return one.position() + " " + other.position();
                });
        two(
                "a buffer without room",
                t -> {
                    t.client().send(bytes(100), t.target());
                    return t.server().receive(bytes(0)) != null;
                });
        two(
                "a direct and read-only buffer",
                t -> {
                    ByteBuffer from = ByteBuffer.allocateDirect(8).position(3);
                    int n = t.client().send(from.asReadOnlyBuffer(), t.target());
                    ByteBuffer to = bytes(9).position(2);
                    t.server().receive(to);
                    return n + " " + to.position();
                });
        two(
                "many without waiting",
                t -> {
                    t.server().configureBlocking(false);
                    for (int i = 0; i < 10; i++) t.client().send(bytes(i + 1), t.target());
                    int sum = 0;
                    for (int i = 0; i < 10; i++) {
                        ByteBuffer to = bytes(20);
                        while (t.server().receive(to) == null) awaitReadable(t.server());
                        sum += to.position();
                    }
                    return sum;
                });
        two(
                "by their sockets",
                t -> {
                    t.client()
                            .socket()
                            .send(new java.net.DatagramPacket(new byte[4], 4, t.target()));
                    var packet = new java.net.DatagramPacket(new byte[9], 9);
                    t.server().socket().receive(packet);
                    return packet.getLength();
                });
    }

    private void connected() {
        two("connected", t -> t.connect().client().isConnected());
        two("connect again", t -> run(() -> t.connect().connect()));
        two("know the other", t -> t.connect().client().getRemoteAddress().equals(t.target()));
        two(
                "write and read",
                t -> {
                    t.connect().server().connect(t.client().getLocalAddress());
                    int n = t.client().write(bytes(6));
                    ByteBuffer to = bytes(9);
                    t.server().read(to);
                    return n + " " + to.position();
                });
        two(
                "gather and scatter",
                t -> {
                    t.connect().server().connect(t.client().getLocalAddress());
                    long n = t.client().write(new ByteBuffer[] {bytes(2), bytes(0), bytes(5)});
                    ByteBuffer[] to = {bytes(3), bytes(9)};
                    return n
                            + " "
                            + t.server().read(to)
                            + " "
                            + to[0].position()
                            + to[1].position();
                });
        two(
                "scatter less than there is",
                t -> {
                    t.connect().server().connect(t.client().getLocalAddress());
                    t.client().write(bytes(9));
                    return t.server().read(new ByteBuffer[] {bytes(3), bytes(2)});
                });
        two(
                "read nothing without waiting",
                t -> {
                    t.connect().client().configureBlocking(false);
                    return t.client().read(bytes(1))
                            + " "
                            + t.client().read(new ByteBuffer[] {bytes(1)});
                });
        two(
                "read into a read-only buffer",
                t -> t.connect().client().read(bytes(1).asReadOnlyBuffer()));
        two("send to the other", t -> t.connect().client().send(bytes(3), t.target()));
        two(
                "send to another",
                t -> t.connect().client().send(bytes(3), new InetSocketAddress("10.0.0.9", 9)));
        two(
                "disconnect",
                t -> {
                    t.connect().client().disconnect();
                    return t.client().isConnected() + " " + t.client().getRemoteAddress();
                });
        two("write after they disconnect", t -> t.connect().client().disconnect().write(bytes(1)));
        two(
                "what came before is discarded",
                t -> {
                    t.server().send(bytes(3), t.client().getLocalAddress());
                    awaitReadable(t.client());
                    t.connect();
                    return t.client().read(bytes(9));
                });
        two(
                "a port where nothing is",
                t -> {
                    t.connect().server().close();
                    t.client().write(bytes(1));
                    return t.client().read(bytes(1));
                });
        two(
                "a port where nothing is, without waiting",
                t -> {
                    t.connect().server().close();
                    t.client().write(bytes(1));
                    awaitReady(t.client(), SelectionKey.OP_READ);
                    return t.client().read(bytes(1));
                });
        two("its socket is connected", t -> t.connect().client().socket().isConnected());
    }

    private void threads() {
        for (ThreadKind kind : ThreadKind.values()) {
            bound(
                    "closed while it receives, " + kind,
                    c -> {
                        var thread = kind.run(() -> c.receive(bytes(1))).begun();
                        c.close();
                        return thread.get();
                    });
            bound(
                    "interrupted while it receives, " + kind,
                    c -> {
                        var thread = kind.run(() -> c.receive(bytes(1))).begun();
                        thread.interrupt();
                        return thread.get();
                    });
        }
    }
}
