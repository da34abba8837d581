package dev.adit.proxy.server;

import dev.adit.proxy.stream.ChannelDuplex;
import dev.adit.proxy.stream.Duplex;
import dev.adit.proxy.stream.SocketDuplex;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.locks.LockSupport;

/// Listens on one address of the host and passes each connection to a handler, in a virtual thread
/// of its own. Thread-safe.
public final class Acceptor implements AutoCloseable {
    private final ServerSocketChannel channel;
    private final ConnectionHandler handler;
    private final Thread thread;
    private final @Nullable Path file; // of a Unix socket, or null

    private Acceptor(ServerSocketChannel channel, ConnectionHandler handler, @Nullable Path file) {
        this.channel = channel;
        this.handler = handler;
        this.file = file;
        thread = Thread.ofPlatform().name("adit-proxy-accept").daemon().unstarted(this::accept);
    }

    /// Begins to listen.
    ///
    /// @throws IOException when the address cannot be had
    public static Acceptor open(ListenAddress at, ConnectionHandler handler) throws IOException {
        boolean isUnix = at.address() instanceof UnixDomainSocketAddress;
        ServerSocketChannel channel =
                isUnix
                        ? ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                        : ServerSocketChannel.open();
        try {
            Path file = null;
            if (at.address() instanceof UnixDomainSocketAddress unix) {
                file = unix.getPath();
                bindUnix(channel, file);
            } else {
                bind(channel, at.address());
            }
            Acceptor acceptor = new Acceptor(channel, handler, file);
            acceptor.thread.start();
            return acceptor;
        } catch (IOException e) {
            channel.close();
            throw new IOException("cannot listen on " + at.text() + ": " + e.getMessage(), e);
        }
    }

    private static void bind(ServerSocketChannel channel, SocketAddress to) throws IOException {
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        channel.bind(to, BACKLOG);
    }

    /// Takes the place of a socket that nothing listens on any more, and of nothing else. The owner
    /// alone may connect.
    private static void bindUnix(ServerSocketChannel channel, Path file) throws IOException {
        if (isSocket(file) && !isAnswered(file)) Files.delete(file);
        channel.bind(UnixDomainSocketAddress.of(file), BACKLOG);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private static boolean isSocket(Path file) throws IOException {
        return Files.exists(file) && (int) Files.getAttribute(file, "unix:mode") >> 12 == SOCKET;
    }

    private static boolean isAnswered(Path file) {
        try (SocketChannel probe = SocketChannel.open(UnixDomainSocketAddress.of(file))) {
            return probe.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private void accept() {
        while (true) {
            try {
                SocketChannel client = channel.accept();
                Thread.ofVirtual().name("adit-proxy-client").start(() -> serve(client));
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                // No descriptor left: some client will go.
                LOG.log(Level.WARNING, "cannot accept: {0}", e.getMessage());
                LockSupport.parkNanos(PAUSE);
            }
        }
    }

    private void serve(SocketChannel client) {
        Duplex connection;
        try {
            connection =
                    file == null ? new SocketDuplex(client.socket()) : new ChannelDuplex(client);
        } catch (IOException gone) {
            return;
        }
        handler.serve(connection);
    }

    /// The address that it listens on, with the port that was chosen.
    public SocketAddress address() throws IOException {
        return channel.getLocalAddress();
    }

    /// The port that it listens on; 0 for a Unix socket.
    public int port() throws IOException {
        return address() instanceof InetSocketAddress inet ? inet.getPort() : 0;
    }

    /// Ends listening; clients that are there stay.
    @Override
    public void close() throws IOException {
        channel.close();
        if (file != null) Files.deleteIfExists(file);
    }

    private static final int BACKLOG = 1024;
    private static final int SOCKET = 0xc; // S_IFSOCK >> 12
    private static final long PAUSE = 100_000_000L;
    private static final System.Logger LOG = System.getLogger("dev.adit.proxy");
}
