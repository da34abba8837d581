package dev.adit.net.conformance;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Short programs on sockets, by their names. Each gives a value, or throws. Stateless.
final class SocketCases {
    /// A program on sockets of one kind.
    interface Case {
        Object run(SocketLab lab) throws Exception;
    }

    interface Use<T> {
        Object of(T socket) throws Exception;
    }

    private static final List<SocketOption<?>> NULLABLE =
            List.of(
                    StandardSocketOptions.SO_RCVBUF,
                    StandardSocketOptions.SO_REUSEADDR,
                    StandardSocketOptions.IP_TOS);

    private final Map<String, Case> all = new LinkedHashMap<>();

    static Map<String, Case> all() {
        SocketCases cases = new SocketCases();
        cases.unconnected();
        cases.closed();
        cases.connected();
        cases.halfClosed();
        cases.arguments();
        cases.streams();
        cases.servers();
        cases.unboundServers();
        cases.datagrams();
        cases.closedDatagrams();
        cases.connectedDatagrams();
        return cases.all;
    }

    private void fresh(String name, Use<Socket> use) {
        all.put(
                "an unconnected socket: " + name,
                lab -> {
                    try (Socket socket = lab.clients().createSocket()) {
                        return use.of(socket);
                    }
                });
    }

    private void closed(String name, Use<Socket> use) {
        all.put(
                "a closed socket: " + name,
                lab -> {
                    try (SocketLab.Pair pair = lab.pair()) {
                        pair.client().close();
                        return use.of(pair.client());
                    }
                });
    }

    private void pair(String name, Use<SocketLab.Pair> use) {
        all.put(
                "connected: " + name,
                lab -> {
                    try (SocketLab.Pair pair = lab.pair()) {
                        return use.of(pair);
                    }
                });
    }

    private void server(String name, Use<ServerSocket> use) {
        all.put(
                "a server: " + name,
                lab -> {
                    try (ServerSocket server = lab.servers().createServerSocket(0)) {
                        return use.of(server);
                    }
                });
    }

    private void unbound(String name, Use<ServerSocket> use) {
        all.put(
                "an unbound server: " + name,
                lab -> {
                    try (ServerSocket server = lab.servers().createServerSocket()) {
                        return use.of(server);
                    }
                });
    }

    private void datagram(String name, Use<DatagramSocket> use) {
        all.put(
                "a datagram socket: " + name,
                lab -> {
                    try (DatagramSocket socket = lab.clientDatagrams()) {
                        return use.of(socket);
                    }
                });
    }

    private void closedDatagram(String name, Use<DatagramSocket> use) {
        all.put(
                "a closed datagram socket: " + name,
                lab -> {
                    DatagramSocket socket = lab.clientDatagrams();
                    socket.close();
                    return use.of(socket);
                });
    }

    private void connectedDatagram(String name, Use<DatagramSocket> use) {
        all.put(
                "a connected datagram socket: " + name,
                lab -> {
                    try (DatagramSocket server = lab.serverDatagrams();
                            DatagramSocket socket = lab.clientDatagrams()) {
                        socket.connect(lab.serverAddress(), server.getLocalPort());
                        return use.of(socket);
                    }
                });
    }

    private static Object done(Object ignored) {
        return "done";
    }

    private void unconnected() {
        fresh("port", Socket::getPort);
        fresh("local port", Socket::getLocalPort);
        fresh("address", Socket::getInetAddress);
        fresh("remote address", Socket::getRemoteSocketAddress);
        fresh("local socket address", Socket::getLocalSocketAddress);
        fresh("bound", Socket::isBound);
        fresh("input shut down", Socket::isInputShutdown);
        fresh("output shut down", Socket::isOutputShutdown);
        fresh("text", Socket::toString);
        fresh("its input", s -> done(s.getInputStream()));
        fresh("its output", s -> done(s.getOutputStream()));
        fresh("shuts input down", s -> done(run(s::shutdownInput)));
        fresh("shuts output down", s -> done(run(s::shutdownOutput)));
        fresh("no delay", Socket::getTcpNoDelay);
        fresh("keepalive", Socket::getKeepAlive);
        fresh("linger", Socket::getSoLinger);
        fresh("timeout", Socket::getSoTimeout);
        fresh("urgent inline", Socket::getOOBInline);
        fresh("traffic class", Socket::getTrafficClass);
        fresh(
                "linger of the longest",
                s -> after(() -> s.setSoLinger(true, 100_000), s::getSoLinger));
        fresh("linger of none", s -> after(() -> s.setSoLinger(true, 0), s::getSoLinger));
        fresh(
                "a traffic class that is set",
                s -> after(() -> s.setTrafficClass(0x10), s::getTrafficClass));
        fresh(
                "performance preferences",
                s -> done(run(() -> s.setPerformancePreferences(1, 2, 3))));
        fresh(
                "bound twice",
                s ->
                        run(
                                () -> {
                                    s.bind(null);
                                    s.bind(null);
                                }));
        fresh("bound to nothing", s -> after(() -> s.bind(null), s::isBound));
        fresh("bound to another kind of address", s -> run(() -> s.bind(new Other())));
        fresh(
                "bound to a name that is none",
                s -> run(() -> s.bind(InetSocketAddress.createUnresolved("x.invalid", 0))));
        fresh("connects to another kind of address", s -> run(() -> s.connect(new Other())));
        fresh("connects to nothing", s -> run(() -> s.connect(null)));
        fresh("connects in negative time", s -> run(() -> s.connect(new InetSocketAddress(1), -1)));
        all.put(
                "an unconnected socket: connects to port 0",
                lab -> lab.clients().createSocket(lab.serverAddress(), 0));
    }

    private void closed() {
        closed("closed", Socket::isClosed);
        closed("connected", Socket::isConnected);
        closed("bound", Socket::isBound);
        closed("local port", s -> s.getLocalPort() > 0);
        closed("input shut down", Socket::isInputShutdown);
        closed("output shut down", Socket::isOutputShutdown);
        closed("closes again", s -> run(s::close));
        closed("its input", s -> done(s.getInputStream()));
        closed("its output", s -> done(s.getOutputStream()));
        closed("shuts input down", s -> run(s::shutdownInput));
        closed("shuts output down", s -> run(s::shutdownOutput));
        closed("no delay", Socket::getTcpNoDelay);
        closed("keepalive", Socket::getKeepAlive);
        closed("linger", Socket::getSoLinger);
        closed("timeout", Socket::getSoTimeout);
        closed("reuse", Socket::getReuseAddress);
        closed("send buffer", Socket::getSendBufferSize);
        closed("receive buffer", Socket::getReceiveBufferSize);
        closed("traffic class", Socket::getTrafficClass);
        closed("sets no delay", s -> run(() -> s.setTcpNoDelay(true)));
        closed("sets a timeout", s -> run(() -> s.setSoTimeout(5)));
        closed("sets linger", s -> run(() -> s.setSoLinger(true, 5)));
        closed("sets an option", s -> s.setOption(StandardSocketOptions.TCP_NODELAY, true));
        closed("gets an option", s -> s.getOption(StandardSocketOptions.TCP_NODELAY));
        closed("is bound", s -> run(() -> s.bind(null)));
        closed("sends urgent data", s -> run(() -> s.sendUrgentData(1)));
    }

    private void connected() {
        pair(
                "connects again",
                p -> run(() -> p.client().connect(p.client().getRemoteSocketAddress())));
        pair("is bound again", p -> run(() -> p.client().bind(null)));
        pair("keepalive of the accepted", p -> p.server().getKeepAlive());
        pair("no delay of the accepted", p -> p.server().getTcpNoDelay());
        pair("linger of the accepted", p -> p.server().getSoLinger());
        pair("timeout of the accepted", p -> p.server().getSoTimeout());
        pair(
                "the same input each time",
                p -> p.client().getInputStream() == p.client().getInputStream());
        pair(
                "the same output each time",
                p -> p.client().getOutputStream() == p.client().getOutputStream());
        pair("a timeout below nothing", p -> run(() -> p.client().setSoTimeout(-1)));
        pair("a linger below nothing", p -> run(() -> p.client().setSoLinger(true, -1)));
        pair("a buffer of nothing", p -> run(() -> p.client().setSendBufferSize(0)));
        pair("a receive buffer of nothing", p -> run(() -> p.client().setReceiveBufferSize(0)));
        pair("a traffic class too high", p -> run(() -> p.client().setTrafficClass(256)));
        pair("an option that is null", p -> p.client().getOption(null));
        pair(
                "a value that is null",
                p -> done(p.client().setOption(StandardSocketOptions.SO_LINGER, null)));
        for (SocketOption<?> option : NULLABLE) {
            pair(option + " that is null", p -> done(p.client().setOption(option, null)));
            server(option + " that is null", s -> done(s.setOption(option, null)));
            datagram(option + " that is null", s -> done(s.setOption(option, null)));
        }
        pair(
                "a linger below nothing by option",
                p -> p.client().setOption(StandardSocketOptions.SO_LINGER, -5).getSoLinger());
        pair(
                "a buffer below nothing by option",
                p -> done(p.client().setOption(StandardSocketOptions.SO_SNDBUF, -5)));
        pair(
                "a buffer of nothing by option",
                p -> done(p.client().setOption(StandardSocketOptions.SO_SNDBUF, 0)));
        datagram(
                "a buffer of nothing by option",
                s -> done(s.setOption(StandardSocketOptions.SO_RCVBUF, 0)));
        pair(
                "a keepalive time of nothing",
                p -> done(p.client().setOption(jdk.net.ExtendedSocketOptions.TCP_KEEPIDLE, 0)));
        pair(
                "a keepalive count below nothing",
                p -> done(p.client().setOption(jdk.net.ExtendedSocketOptions.TCP_KEEPCOUNT, -1)));
        pair(
                "a keepalive interval that is null",
                p ->
                        done(
                                p.client()
                                        .setOption(
                                                jdk.net.ExtendedSocketOptions.TCP_KEEPINTERVAL,
                                                null)));
        datagram(
                "a buffer below nothing by option",
                s -> done(s.setOption(StandardSocketOptions.SO_RCVBUF, -5)));
        datagram(
                "a traffic class too high by option",
                s -> done(s.setOption(StandardSocketOptions.IP_TOS, 999)));
        pair(
                "a traffic class too high by option",
                p -> done(p.client().setOption(StandardSocketOptions.IP_TOS, 999)));
        pair(
                "an option of servers",
                p -> p.client().getOption(StandardSocketOptions.IP_MULTICAST_LOOP));
        pair(
                "closed input closes",
                p -> after(() -> p.client().getInputStream().close(), p.client()::isClosed));
        pair(
                "closed output closes",
                p -> after(() -> p.client().getOutputStream().close(), p.client()::isClosed));
    }

    private void halfClosed() {
        pair(
                "shuts output down twice",
                p ->
                        run(
                                () -> {
                                    p.client().shutdownOutput();
                                    p.client().shutdownOutput();
                                }));
        pair(
                "shuts input down twice",
                p ->
                        run(
                                () -> {
                                    p.client().shutdownInput();
                                    p.client().shutdownInput();
                                }));
        pair(
                "shut down is not closed",
                p ->
                        after(
                                () -> {
                                    p.client().shutdownInput();
                                    p.client().shutdownOutput();
                                },
                                p.client()::isClosed));
        pair(
                "output after its end",
                p -> after(p.client()::shutdownOutput, () -> done(p.client().getOutputStream())));
        pair(
                "input after its end",
                p -> after(p.client()::shutdownInput, () -> done(p.client().getInputStream())));
        pair(
                "writes to an end",
                p -> {
                    OutputStream out = p.client().getOutputStream();
                    p.client().shutdownOutput();
                    return run(() -> out.write(1));
                });
        pair(
                "reads from an end",
                p -> {
                    InputStream in = p.client().getInputStream();
                    p.client().shutdownInput();
                    return in.read();
                });
        pair(
                "available at an end",
                p -> {
                    InputStream in = p.client().getInputStream();
                    p.client().shutdownInput();
                    return in.available();
                });
        pair(
                "available behind the peer's end",
                p -> {
                    p.server().shutdownOutput();
                    InputStream in = p.client().getInputStream();
                    in.read();
                    return in.available();
                });
        pair(
                "skips over the peer's end",
                p -> {
                    p.server().getOutputStream().write(new byte[5]);
                    p.server().shutdownOutput();
                    return p.client().getInputStream().skip(10);
                });
        pair(
                "reads all at an end",
                p -> {
                    p.server().shutdownOutput();
                    return p.client().getInputStream().readAllBytes().length;
                });
        pair(
                "answers behind the peer's end",
                p -> {
                    p.server().shutdownOutput();
                    p.client().getInputStream().read();
                    p.client().getOutputStream().write(7);
                    return p.server().getInputStream().read();
                });
        pair(
                "flags behind the peer's end",
                p -> {
                    p.server().shutdownOutput();
                    p.client().getInputStream().read();
                    return p.client().isInputShutdown() + " " + p.client().isClosed();
                });
    }

    private void arguments() {
        pair("reads into nothing", p -> p.client().getInputStream().read(null, 0, 1));
        pair("writes nothing", p -> run(() -> p.client().getOutputStream().write(null, 0, 1)));
        pair("reads no bytes", p -> p.client().getInputStream().read(new byte[0]));
        pair("reads beyond the array", p -> p.client().getInputStream().read(new byte[2], 1, 2));
        pair(
                "writes beyond the array",
                p -> run(() -> p.client().getOutputStream().write(new byte[2], 1, 2)));
        pair(
                "reads at a negative place",
                p -> p.client().getInputStream().read(new byte[2], -1, 1));
        pair("reads a negative number", p -> p.client().getInputStream().read(new byte[2], 0, -1));
        pair("marks", p -> p.client().getInputStream().markSupported());
        pair("resets", p -> run(() -> p.client().getInputStream().reset()));
        pair("skips back", p -> p.client().getInputStream().skip(-5));
    }

    private void streams() {
        pair(
                "a timeout",
                p -> {
                    p.client().setSoTimeout(10);
                    return p.client().getInputStream().read();
                });
        pair(
                "a timeout of a write is none",
                p -> {
                    p.client().setSoTimeout(1);
                    return run(() -> p.client().getOutputStream().write(1));
                });
        pair(
                "reads a byte above 127",
                p -> {
                    p.server().getOutputStream().write(200);
                    return p.client().getInputStream().read();
                });
        pair(
                "reads exactly",
                p -> {
                    p.server().getOutputStream().write(new byte[100]);
                    return p.client().getInputStream().readNBytes(100).length;
                });
        pair(
                "reads less than there is",
                p -> {
                    p.server().getOutputStream().write(new byte[] {1, 2, 3});
                    return p.client().getInputStream().readNBytes(2).length;
                });
        pair(
                "writes to the closed peer in the end fails",
                p -> {
                    p.server().close();
                    OutputStream out = p.client().getOutputStream();
                    for (int i = 0; i < 100_000; i++) out.write(new byte[1000]);
                    return "never";
                });
        pair(
                "reads after a reset, again",
                p -> {
                    p.server().setSoLinger(true, 0);
                    p.server().close();
                    try {
                        p.client().getInputStream().read();
                    } catch (java.io.IOException e) {
                        return p.client().getInputStream().read();
                    }
                    return "no reset";
                });
        pair(
                "available after a reset",
                p -> {
                    p.server().setSoLinger(true, 0);
                    p.server().close();
                    try {
                        p.client().getInputStream().read();
                    } catch (java.io.IOException e) {
                        return p.client().getInputStream().available();
                    }
                    return "no reset";
                });
        pair(
                "closed after a reset",
                p -> {
                    p.server().setSoLinger(true, 0);
                    p.server().close();
                    try {
                        p.client().getInputStream().read();
                    } catch (java.io.IOException e) {
                        return p.client().isClosed() + " " + p.client().isConnected();
                    }
                    return "no reset";
                });
        pair(
                "shuts down after a reset",
                p -> {
                    p.server().setSoLinger(true, 0);
                    p.server().close();
                    try {
                        p.client().getInputStream().read();
                    } catch (java.io.IOException e) {
                        return run(p.client()::shutdownOutput);
                    }
                    return "no reset";
                });
        pair(
                "options after a reset",
                p -> {
                    p.server().setSoLinger(true, 0);
                    p.server().close();
                    try {
                        p.client().getInputStream().read();
                    } catch (java.io.IOException e) {
                        return after(
                                () -> p.client().setTcpNoDelay(true), p.client()::getTcpNoDelay);
                    }
                    return "no reset";
                });
    }

    private void servers() {
        server("bound", ServerSocket::isBound);
        server("closed", ServerSocket::isClosed);
        server("timeout", ServerSocket::getSoTimeout);
        server("bound twice", s -> run(() -> s.bind(null)));
        server("channel", ServerSocket::getChannel);
        server(
                "times out",
                s -> {
                    s.setSoTimeout(10);
                    return s.accept();
                });
        server("closed: local port", s -> after(s::close, () -> s.getLocalPort() > 0));
        server("closed: address", s -> after(s::close, () -> s.getInetAddress() != null));
        server(
                "closed: socket address",
                s -> after(s::close, () -> s.getLocalSocketAddress() != null));
        server("closed: timeout", s -> after(s::close, s::getSoTimeout));
        server("closed: reuse", s -> after(s::close, s::getReuseAddress));
        server("closed: receive buffer", s -> after(s::close, s::getReceiveBufferSize));
        server("a receive buffer of nothing", s -> run(() -> s.setReceiveBufferSize(0)));
        server("an option that is null", s -> s.getOption(null));
        server("performance preferences", s -> run(() -> s.setPerformancePreferences(1, 2, 3)));
    }

    private void unboundServers() {
        unbound("local port", ServerSocket::getLocalPort);
        unbound("address", ServerSocket::getInetAddress);
        unbound("socket address", ServerSocket::getLocalSocketAddress);
        unbound("bound", ServerSocket::isBound);
        unbound("text", ServerSocket::toString);
        unbound("bound to another kind of address", s -> run(() -> s.bind(new Other())));
        unbound(
                "bound to a name that is none",
                s -> run(() -> s.bind(InetSocketAddress.createUnresolved("x.invalid", 0))));
        unbound("bound with no backlog", s -> after(() -> s.bind(null, 0), s::isBound));
        unbound("bound with a negative backlog", s -> after(() -> s.bind(null, -5), s::isBound));
        unbound("closed and bound", s -> after(s::close, () -> run(() -> s.bind(null))));
        unbound("closed and accepting", s -> after(s::close, s::accept));
    }

    private void datagrams() {
        datagram("port", DatagramSocket::getPort);
        datagram("address", DatagramSocket::getInetAddress);
        datagram("remote address", DatagramSocket::getRemoteSocketAddress);
        datagram("connected", DatagramSocket::isConnected);
        datagram("timeout", DatagramSocket::getSoTimeout);
        datagram("reuse", DatagramSocket::getReuseAddress);
        datagram("disconnects", s -> run(s::disconnect));
        datagram("connects to nothing", s -> run(() -> s.connect(null)));
        datagram("connects to no address", s -> run(() -> s.connect(null, 5)));
        datagram("connects to another kind of address", s -> run(() -> s.connect(new Other())));
        datagram(
                "connects to a port too high",
                s -> run(() -> s.connect(InetAddress.getLoopbackAddress(), 70_000)));
        datagram(
                "connects to a name that is none",
                s -> run(() -> s.connect(InetSocketAddress.createUnresolved("x.invalid", 5))));
        datagram("sends nothing", s -> run(() -> s.send(null)));
        datagram("receives into nothing", s -> run(() -> s.receive(null)));
        datagram(
                "sends to port 0",
                s ->
                        run(
                                () ->
                                        s.send(
                                                new DatagramPacket(
                                                        new byte[1],
                                                        1,
                                                        InetAddress.ofLiteral("10.0.0.2"),
                                                        0))));
        datagram(
                "times out",
                s -> {
                    s.setSoTimeout(10);
                    return run(() -> s.receive(new DatagramPacket(new byte[1], 1)));
                });
        datagram("a receive buffer of nothing", s -> run(() -> s.setReceiveBufferSize(0)));
        datagram("a traffic class too high", s -> run(() -> s.setTrafficClass(256)));
        datagram(
                "a traffic class that is set",
                s -> after(() -> s.setTrafficClass(0x10), s::getTrafficClass));
        datagram("an option that is null", s -> s.getOption(null));
        datagram(
                "joins a group that is none",
                s -> run(() -> s.joinGroup(new InetSocketAddress("10.0.0.9", 0), null)));
        datagram("leaves nothing", s -> run(() -> s.leaveGroup(null, null)));
        datagram("is bound to another kind of address", s -> run(() -> s.bind(new Other())));
        datagram("joins nothing", s -> run(() -> s.joinGroup(null, null)));
    }

    private void closedDatagrams() {
        closedDatagram("bound", DatagramSocket::isBound);
        closedDatagram("port", DatagramSocket::getPort);
        closedDatagram("timeout", DatagramSocket::getSoTimeout);
        closedDatagram("send buffer", DatagramSocket::getSendBufferSize);
        closedDatagram("receive buffer", DatagramSocket::getReceiveBufferSize);
        closedDatagram("reuse", DatagramSocket::getReuseAddress);
        closedDatagram("broadcast", DatagramSocket::getBroadcast);
        closedDatagram("traffic class", DatagramSocket::getTrafficClass);
        closedDatagram("connects", s -> run(() -> s.connect(new InetSocketAddress("10.0.0.2", 5))));
        closedDatagram(
                "connects otherwise",
                s -> run(() -> s.connect(InetAddress.ofLiteral("10.0.0.2"), 5)));
        closedDatagram("is bound", s -> run(() -> s.bind(null)));
        closedDatagram("disconnects", s -> run(s::disconnect));
        closedDatagram("an option", s -> s.getOption(StandardSocketOptions.SO_RCVBUF));
        closedDatagram(
                "sets an option", s -> done(s.setOption(StandardSocketOptions.SO_RCVBUF, 5000)));
        closedDatagram(
                "joins a group",
                s -> run(() -> s.joinGroup(new InetSocketAddress("224.0.0.9", 0), null)));
    }

    private void connectedDatagrams() {
        connectedDatagram("connected", DatagramSocket::isConnected);
        connectedDatagram("port", s -> s.getPort() > 0);
        connectedDatagram("closed: connected", s -> after(s::close, s::isConnected));
        connectedDatagram("closed: port", s -> after(s::close, () -> s.getPort() > 0));
        connectedDatagram(
                "closed: address", s -> after(s::close, () -> s.getInetAddress() != null));
        connectedDatagram("disconnected: connected", s -> after(s::disconnect, s::isConnected));
        connectedDatagram("disconnected: port", s -> after(s::disconnect, s::getPort));
        connectedDatagram("disconnected: address", s -> after(s::disconnect, s::getInetAddress));
        connectedDatagram(
                "connects again",
                s -> after(() -> s.connect(s.getRemoteSocketAddress()), s::isConnected));
        connectedDatagram(
                "sends to another",
                s ->
                        run(
                                () ->
                                        s.send(
                                                new DatagramPacket(
                                                        new byte[1],
                                                        1,
                                                        s.getInetAddress(),
                                                        s.getPort() == 9 ? 10 : 9))));
        connectedDatagram(
                "an empty datagram", s -> run(() -> s.send(new DatagramPacket(new byte[0], 0))));
    }

    private interface Action {
        void run() throws Exception;
    }

    private interface Value {
        Object get() throws Exception;
    }

    private static Object run(Action action) throws Exception {
        action.run();
        return "done";
    }

    private static Object after(Action action, Value value) throws Exception {
        action.run();
        return value.get();
    }

    /// An address of a kind that no socket knows.
    private static final class Other extends SocketAddress {
        private static final long serialVersionUID = 1L;
    }
}
