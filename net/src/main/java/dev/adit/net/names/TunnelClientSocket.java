package dev.adit.net.names;

import dev.adit.ip.port.ClientSocket;
import dev.adit.net.core.TunnelStack;
import dev.adit.net.socket.TunnelDatagramSocket;
import dev.adit.net.socket.TunnelSocket;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/// Connects client sockets in a tunnel, for queries to name servers.
final class TunnelClientSocket {
    /// Connects one.
    static ClientSocket connect(TunnelStack net, boolean stream, InetSocketAddress to, int millis)
            throws IOException {
        if (!stream) {
            DatagramSocket socket = new TunnelDatagramSocket(net, new InetSocketAddress(0));
            socket.connect(to);
            return new OverUdp(socket);
        }
        Socket socket = new TunnelSocket(net);
        socket.connect(to, millis);
        return new OverTcp(socket);
    }

    /// Confined to one thread.
    private record OverUdp(DatagramSocket socket) implements ClientSocket {
        @Override
        public InetAddress localAddress() {
            return socket.getLocalAddress();
        }

        @Override
        public void write(byte[] bytes) throws IOException {
            socket.send(new DatagramPacket(bytes, bytes.length));
        }

        @Override
        public int read(byte[] buffer, int at, int millis) throws IOException {
            socket.setSoTimeout(millis);
            DatagramPacket packet = new DatagramPacket(buffer, at, buffer.length - at);
            socket.receive(packet);
            return packet.getLength();
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    /// Confined to one thread.
    private record OverTcp(Socket socket) implements ClientSocket {
        @Override
        public InetAddress localAddress() {
            return socket.getLocalAddress();
        }

        @Override
        public void write(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
        }

        @Override
        public int read(byte[] buffer, int at, int millis) throws IOException {
            socket.setSoTimeout(millis);
            InputStream in = socket.getInputStream();
            return in.read(buffer, at, buffer.length - at);
        }

        @Override
        public void close() {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e); // a socket of ours has no reason to fail here
            }
        }
    }

    private TunnelClientSocket() {}
}
