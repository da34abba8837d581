package dev.adit.proxy.dns;

import dev.adit.device.dns.NameServerOrder;
import dev.adit.proxy.stream.DatagramDialer;

import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/// Asks the name servers in the tunnel on behalf of clients: over UDP from a port, and with a
/// number, of each question's own; over TCP when the client did. Each server is asked twice at
/// most. Immutable.
///
/// @param servers which to ask
/// @param port at which they listen
/// @param random a generator whose numbers cannot be guessed
/// @param patience milliseconds to wait for a server, in each round
public record DnsExchange(
        NameServerOrder servers,
        int port,
        DatagramDialer datagrams,
        StreamDialer streams,
        RandomGenerator random,
        List<Integer> patience) {

    /// Asks with the usual port and patience.
    public DnsExchange(
            NameServerOrder servers,
            DatagramDialer datagrams,
            StreamDialer streams,
            RandomGenerator random) {
        this(servers, 53, datagrams, streams, random, List.of(1_000, 3_000));
    }

    /// The answer to a query, with its number. An answer that the server cannot say anything is the
    /// last choice.
    ///
    /// @param stream true to ask over TCP
    /// @throws IOException when no server answers, or the query is given up
    byte[] ask(DnsMessage query, boolean stream, OutstandingQuery guard) throws IOException {
        byte @Nullable [] refusal = null;
        IOException failure = new IOException("there are no name servers");
        long deadline = end(MOST_MILLIS);
        for (int millis : patience) {
            for (InetAddress server : servers.toAsk()) {
                int id = random.nextInt(1 << 16);
                try {
                    Attempt attempt =
                            new Attempt(query, id, server, Math.min(deadline, end(millis)), guard);
                    DnsMessage answer = stream ? attempt.overTcp() : attempt.overUdp();
                    byte[] bytes = answer.withId(query.id());
                    if (!isRefusal(answer)) {
                        servers.answered(server);
                        return bytes;
                    }
                    refusal = bytes;
                } catch (IOException e) {
                    if (guard.isGivenUp()) throw e;
                    failure = e; // the next server may know
                }
            }
            if (refusal != null) return refusal;
        }
        throw failure;
    }

    private static long end(int millis) {
        return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private static boolean isRefusal(DnsMessage answer) {
        return answer.code() != 0 && answer.code() != DnsMessage.NO_SUCH_NAME;
    }

    /// One question to one server. Confined to one thread.
    private final class Attempt {
        private final DnsMessage query;
        private final int id;
        private final InetSocketAddress server;
        private final long end;
        private final OutstandingQuery guard;

        Attempt(DnsMessage query, int id, InetAddress server, long end, OutstandingQuery guard) {
            this.query = query;
            this.id = id;
            this.server = new InetSocketAddress(server, port);
            this.end = end;
            this.guard = guard;
        }

        DnsMessage overUdp() throws IOException {
            byte[] message = query.withId(id);
            // An answer that is longer than it may be is cut off, which its length then tells.
            byte[] buffer = new byte[query.mostUdpBytes() + 1];
            try (DatagramSocket socket = datagrams.open()) {
                guard.await(socket);
                socket.connect(server);
                socket.send(new DatagramPacket(message, message.length));
                while (true) { // anything but the response is ignored
                    DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                    socket.setSoTimeout(left());
                    socket.receive(packet);
                    byte[] bytes = Arrays.copyOf(buffer, packet.getLength());
                    Optional<DnsMessage> response = response(bytes);
                    if (response.isPresent()) return response.get();
                }
            }
        }

        DnsMessage overTcp() throws IOException {
            byte[] message = query.withId(id);
            try (Socket socket = streams.connect(server.getAddress(), port, left())) {
                guard.await(socket);
                socket.getOutputStream().write(DnsStream.framed(message));
                byte[] size = read(socket, Short.BYTES);
                byte[] bytes = read(socket, DnsStream.length(size));
                return response(bytes).orElseThrow(() -> new IOException("no answer to this"));
            }
        }

        private byte[] read(Socket socket, int length) throws IOException {
            InputStream in = socket.getInputStream();
            byte[] bytes = new byte[length];
            for (int at = 0; at < length; ) {
                socket.setSoTimeout(left());
                int got = in.read(bytes, at, length - at);
                if (got < 0) throw new EOFException("the server hung up");
                at += got;
            }
            return bytes;
        }

        private Optional<DnsMessage> response(byte[] bytes) {
            return DnsMessage.response(bytes).filter(response -> response.answers(query, id));
        }

        private int left() throws SocketTimeoutException {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) throw new SocketTimeoutException("no answer");
            return (int) left;
        }
    }

    private static final int MOST_MILLIS = 8_000; // for all servers together
}
