package dev.adit.net.conformance;

import dev.adit.net.lab.Await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.LinkedHashMap;
import java.util.Map;

/// What short programs on channels have in common. Confined to one thread.
abstract class Channels {
    final Map<String, SocketCases.Case> all = new LinkedHashMap<>();

    interface Action {
        void run() throws Exception;
    }

    interface Value {
        Object get() throws Exception;
    }

    static Object run(Action action) throws Exception {
        action.run();
        return "done";
    }

    static Object after(Action action, Value value) throws Exception {
        action.run();
        return value.get();
    }

    /// Two connected channels in blocking mode.
    record Pair(SocketChannel client, SocketChannel server) implements AutoCloseable {
        static Pair of(SocketLab lab) throws IOException {
            try (ServerSocketChannel listening = listening(lab)) {
                SocketChannel client = lab.clientChannels().openSocketChannel();
                client.connect(listening.getLocalAddress());
                return new Pair(client, listening.accept());
            }
        }

        /// The server resets the connection, and the client may know.
        Pair reset() throws IOException {
            server.setOption(java.net.StandardSocketOptions.SO_LINGER, 0);
            server.close();
            return this;
        }

        @Override
        public void close() throws IOException {
            client.close();
            server.close();
        }
    }

    static ServerSocketChannel listening(SocketLab lab) throws IOException {
        ServerSocketChannel channel = lab.serverChannels().openServerSocketChannel();
        return channel.bind(new InetSocketAddress(lab.serverAddress(), 0));
    }

    static DatagramChannel datagrams(SocketLab lab) throws IOException {
        DatagramChannel channel = lab.clientChannels().openDatagramChannel();
        return channel.bind(new InetSocketAddress(lab.clientAddress(), 0));
    }

    /// An address where nothing listens.
    static SocketAddress nowhere(SocketLab lab) throws IOException {
        try (ServerSocketChannel listening = listening(lab)) {
            return listening.getLocalAddress();
        }
    }

    static ByteBuffer bytes(int count) {
        return ByteBuffer.allocate(count);
    }

    /// Waits until `channel` is ready for one of `operations`; it is in non-blocking mode then.
    static void awaitReady(SelectableChannel channel, int operations) throws Exception {
        channel.configureBlocking(false);
        try (Selector selector = channel.provider().openSelector()) {
            channel.register(selector, operations);
            Await.until("ready", () -> selector.select(100) > 0);
        }
    }

    /// Waits until there is something to read.
    static void awaitReadable(SelectableChannel channel) throws Exception {
        awaitReady(channel, SelectionKey.OP_READ);
    }

    /// An address of a kind that no channel knows.
    static final class Other extends SocketAddress {
        private static final long serialVersionUID = 1L;
    }
}
