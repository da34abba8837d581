package dev.adit.net.conformance;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.spi.SelectorProvider;

import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;

/// Sockets of some kind at two ends.
public interface SocketLab extends AutoCloseable {
    /// Makes sockets of the client's end.
    SocketFactory clients();

    /// Makes server sockets of the server's end.
    ServerSocketFactory servers();

    /// The address of the server's end.
    InetAddress serverAddress();

    /// The address of the client's end.
    InetAddress clientAddress();

    /// A UDP socket of the server's end, on a free port.
    DatagramSocket serverDatagrams() throws IOException;

    /// A UDP socket of the client's end, on a free port.
    DatagramSocket clientDatagrams() throws IOException;

    /// Makes channels of the client's end.
    SelectorProvider clientChannels();

    /// Makes channels of the server's end.
    SelectorProvider serverChannels();

    @Override
    void close();

    /// Two connected sockets.
    record Pair(Socket client, Socket server) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            client.close();
            server.close();
        }
    }

    /// Connects two sockets.
    default Pair pair() throws IOException {
        try (ServerSocket listening = servers().createServerSocket(0)) {
            Socket client = clients().createSocket(serverAddress(), listening.getLocalPort());
            return new Pair(client, listening.accept());
        }
    }
}
