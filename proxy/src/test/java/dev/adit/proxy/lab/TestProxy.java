package dev.adit.proxy.lab;

import dev.adit.proxy.server.Acceptor;
import dev.adit.proxy.server.ClientHandler;
import dev.adit.proxy.server.ClientTable;
import dev.adit.proxy.server.ListenAddress;
import dev.adit.proxy.socks.Users;
import dev.adit.proxy.stream.DatagramDialer;
import dev.adit.proxy.stream.Dialer;
import dev.adit.proxy.stream.SocketDuplex;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A proxy that connects to loopback in place of a tunnel: `server` is this host, `nowhere` no
/// host. Thread-safe.
public final class TestProxy implements AutoCloseable {
    public final ClientTable clients = new ClientTable();
    public final List<String> dialed = new CopyOnWriteArrayList<>();
    private final Acceptor acceptor;

    /// @param password of the user `user`, or null to let everyone in
    public TestProxy(String password) {
        try {
            ClientHandler handler =
                    new ClientHandler(dialer(), new HostDatagrams(), users(password), clients);
            acceptor = Acceptor.open(ListenAddress.parse("127.0.0.1:0"), handler);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Dialer dialer() {
        return (host, port) -> {
            dialed.add(host);
            if (host.equals("nowhere")) throw new UnknownHostException(host + ": no such name");
            String to = host.equals("server") ? "127.0.0.1" : host;
            return new SocketDuplex(new Socket(InetAddress.getByName(to), port));
        };
    }

    /// UDP ports of the host in place of those in a tunnel.
    private static final class HostDatagrams implements DatagramDialer {
        @Override
        public DatagramSocket open() throws IOException {
            return new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1"));
        }

        @Override
        public InetAddress resolve(String host) throws UnknownHostException {
            return InetAddress.getByName(host.equals("server") ? "127.0.0.1" : host);
        }
    }

    private static Users users(String password) {
        if (password == null) return null;
        return (name, given) -> {
            byte[] right = password.getBytes(StandardCharsets.ISO_8859_1);
            return Arrays.equals(name, "user".getBytes(StandardCharsets.ISO_8859_1))
                    && Arrays.equals(given, right);
        };
    }

    /// A connection to it.
    public Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), acceptor.port());
        socket.setSoTimeout(20_000);
        return socket;
    }

    /// A server on loopback.
    public static ServerSocket server() throws IOException {
        return new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
    }

    @Override
    public void close() {
        try {
            acceptor.close();
            clients.close(0);
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
