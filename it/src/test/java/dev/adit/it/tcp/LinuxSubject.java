package dev.adit.it.tcp;

import dev.adit.ip.address.IpAddress;
import dev.adit.stack.socket.FourTuple;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// The system's TCP behind a TUN, by sockets that do not block.
final class LinuxSubject implements TcpSubject {
    private final TunWire tun;
    private final FourTuple pair;
    private final BlockingQueue<byte[]> sent = new LinkedBlockingQueue<>();
    private ServerSocketChannel listener;
    private SocketChannel connection;

    LinuxSubject(TunWire tun, FourTuple pair) {
        this.tun = tun;
        this.pair = pair;
        tun.register(pair.remoteAddress(), sent);
    }

    @Override
    public long time() {
        return System.nanoTime();
    }

    @Override
    public void deliver(byte[] packet) throws IOException {
        tun.write(packet);
    }

    @Override
    public byte[] next(long nanoseconds) throws InterruptedException {
        return sent.poll(nanoseconds, TimeUnit.NANOSECONDS);
    }

    private static InetSocketAddress address(IpAddress address, int port)
            throws UnknownHostException {
        return new InetSocketAddress(InetAddress.ofLiteral(address.toString()), port);
    }

    @Override
    public void listen() throws IOException {
        listener = ServerSocketChannel.open();
        listener.bind(address(pair.localAddress(), pair.localPort()), 5);
        listener.configureBlocking(false);
    }

    @Override
    public void connect() throws IOException {
        connection = SocketChannel.open();
        connection.bind(address(pair.localAddress(), pair.localPort()));
        connection.configureBlocking(false);
        connection.connect(address(pair.remoteAddress(), pair.remotePort()));
    }

    @Override
    public boolean hasConnection() {
        return connection != null;
    }

    @Override
    public String connected() {
        try {
            return connection.finishConnect() ? "connected" : "pending";
        } catch (ConnectException e) {
            return "refused";
        } catch (IOException e) {
            return name(e);
        }
    }

    private static String name(IOException e) {
        String message = String.valueOf(e.getMessage());
        return message.contains("reset") ? "reset" : message;
    }

    @Override
    public String accept() throws IOException {
        SocketChannel accepted = listener.accept();
        if (accepted == null) return "none";
        accepted.configureBlocking(false);
        connection = accepted;
        return "accepted";
    }

    @Override
    public String write(int bytes) {
        try {
            return String.valueOf(connection.write(ByteBuffer.allocate(bytes)));
        } catch (IOException e) {
            return "fails";
        }
    }

    @Override
    public String read() {
        int all = 0;
        try {
            while (true) {
                int n = connection.read(ByteBuffer.allocate(65_536));
                if (n == 0) return String.valueOf(all);
                if (n < 0) return all + " end";
                all += n;
            }
        } catch (IOException e) {
            return all + " " + name(e);
        }
    }

    @Override
    public String shutdown() {
        try {
            connection.shutdownOutput();
            return "";
        } catch (IOException e) {
            return "fails";
        }
    }

    @Override
    public void end(boolean reset) throws IOException {
        if (reset) connection.setOption(StandardSocketOptions.SO_LINGER, 0);
        connection.close();
    }

    @Override
    public void close() {
        try {
            if (listener != null) listener.close();
            if (connection != null && connection.isOpen()) end(true);
        } catch (IOException e) {
            // It is over already.
        }
    }
}
