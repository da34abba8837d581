package dev.adit.device.dns;

import dev.adit.ip.port.ClientSocket;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/// A stub resolver that asks name servers for the addresses of a name: over UDP from a new socket,
/// and so from another port, for each question; over TCP when a reply does not fit. Each server is
/// asked twice at most, and all of it ends within [#PATIENCE]. Immutable.
public final class DnsClient {
    private final Sockets sockets;
    private final RandomGenerator random;

    /// Connects sockets.
    public interface Sockets {
        /// Connects a socket, as [dev.adit.ip.port.BindFactory#connect] does.
        ClientSocket connect(boolean stream, InetSocketAddress to, int millis) throws IOException;
    }

    /// @param random a generator whose numbers cannot be guessed
    public DnsClient(Sockets sockets, RandomGenerator random) {
        this.sockets = sockets;
        this.random = random;
    }

    /// All addresses of `host`, at least one, in the order of the replies; IPv4 first.
    ///
    /// @param servers asked one after another until one answers
    /// @throws UnknownHostException in the words of the C library
    public List<InetAddress> addresses(String host, List<InetAddress> servers)
            throws UnknownHostException {
        Optional<String> name = DnsQuery.name(host);
        if (name.isEmpty()) throw new UnknownHostException(NO_SUCH_NAME);
        long deadline = System.nanoTime() + PATIENCE;
        for (int millis : TIMEOUTS) {
            for (InetAddress server : servers) {
                try {
                    return new Dialogue(server, millis, deadline).addresses(name.get());
                } catch (UnknownHostException e) {
                    throw e;
                } catch (IOException e) {
                    // The next server may know the name.
                }
            }
        }
        throw new UnknownHostException(TEMPORARY_FAILURE);
    }

    /// What one question was answered.
    ///
    /// @param addresses of the family asked for, none when the name has none or does not exist
    /// @param seconds for which this may be repeated; 0 when the server does not say so
    public record Answer(List<InetAddress> addresses, long seconds) {}

    /// The addresses of `host` of one family.
    ///
    /// @param servers asked one after another until one answers, which is then asked first
    /// @throws UnknownHostException when the name cannot be one, or no server answers
    public Answer ask(String host, boolean v6, NameServerOrder servers)
            throws UnknownHostException {
        Optional<String> name = DnsQuery.name(host);
        if (name.isEmpty()) throw new UnknownHostException(NO_SUCH_NAME);
        long deadline = System.nanoTime() + PATIENCE;
        for (int millis : TIMEOUTS) {
            for (InetAddress server : servers.toAsk()) {
                try {
                    Dialogue dialogue = new Dialogue(server, millis, deadline);
                    DnsReply reply = dialogue.reply(name.get(), v6 ? DnsQuery.AAAA : DnsQuery.A);
                    servers.answered(server);
                    return new Answer(reply.addresses(), reply.seconds());
                } catch (IOException e) {
                    // The next server may know the name.
                }
            }
        }
        throw new UnknownHostException(TEMPORARY_FAILURE);
    }

    /// The questions to one server. Confined to one thread.
    private final class Dialogue {
        private final InetSocketAddress server;
        private final int timeout;
        private final long deadline;

        Dialogue(InetAddress server, int timeout, long deadline) {
            this.server = new InetSocketAddress(server, PORT);
            this.timeout = timeout;
            this.deadline = deadline;
        }

        /// @throws UnknownHostException when the server says that there are no addresses
        /// @throws IOException when the server gives no answer
        List<InetAddress> addresses(String name) throws IOException {
            List<InetAddress> found = new ArrayList<>(ask(name, DnsQuery.A));
            try {
                found.addAll(ask(name, DnsQuery.AAAA));
            } catch (UnknownHostException e) {
                if (found.isEmpty()) throw e;
            } catch (IOException e) {
                // Some servers never answer this question.
                if (found.isEmpty()) throw e;
            }
            if (found.isEmpty()) throw new UnknownHostException(NO_ADDRESS);
            return found;
        }

        private List<InetAddress> ask(String name, int type) throws IOException {
            DnsReply reply = reply(name, type);
            if (reply.code() != 0) throw new UnknownHostException(NO_SUCH_NAME);
            return reply.addresses();
        }

        /// The reply to a question: that there are addresses, none, or no such name.
        ///
        /// @throws IOException when the server gives no such reply
        DnsReply reply(String name, int type) throws IOException {
            DnsReply reply = exchange(name, type, true);
            if (DnsReply.isNotUnderstood(reply.code())) reply = exchange(name, type, false);
            if (reply.code() == 0 || reply.code() == DnsReply.NO_SUCH_NAME) return reply;
            throw new IOException("response code " + reply.code());
        }

        private DnsReply exchange(String name, int type, boolean extended) throws IOException {
            DnsQuery query = new DnsQuery(random.nextInt(1 << 16), name, type);
            byte[] message = query.encode(extended);
            DnsReply reply = overUdp(query, message);
            return reply.truncated() ? overTcp(query, message) : reply;
        }

        private DnsReply overUdp(DnsQuery query, byte[] message) throws IOException {
            long end = Math.min(deadline, System.nanoTime() + millis(timeout));
            byte[] buffer = new byte[MOST_BYTES_UDP];
            try (ClientSocket socket = sockets.connect(false, server, left(end))) {
                socket.write(message);
                while (true) { // anything but a reply to this query is ignored
                    int length = socket.read(buffer, 0, left(end));
                    Optional<DnsReply> reply = DnsReply.parse(buffer, length, query);
                    if (reply.isPresent()) return reply.get();
                }
            }
        }

        private DnsReply overTcp(DnsQuery query, byte[] message) throws IOException {
            long end = Math.min(deadline, System.nanoTime() + millis(timeout));
            byte[] framed = new byte[message.length + Short.BYTES];
            framed[0] = (byte) (message.length >>> 8);
            framed[1] = (byte) message.length;
            System.arraycopy(message, 0, framed, Short.BYTES, message.length);
            try (ClientSocket socket = sockets.connect(true, server, left(end))) {
                socket.write(framed);
                byte[] size = read(socket, Short.BYTES, end);
                int length = (size[0] & 0xff) << 8 | size[1] & 0xff;
                byte[] reply = read(socket, length, end);
                return DnsReply.parse(reply, length, query)
                        .filter(one -> !one.truncated())
                        .orElseThrow(() -> new IOException("no reply to the query"));
            }
        }

        private byte[] read(ClientSocket socket, int length, long end) throws IOException {
            byte[] bytes = new byte[length];
            for (int at = 0; at < length; ) {
                int got = socket.read(bytes, at, left(end));
                if (got < 0) throw new EOFException("the server hung up");
                at += got;
            }
            return bytes;
        }
    }

    private static int left(long end) throws SocketTimeoutException {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left <= 0) throw new SocketTimeoutException("no answer");
        return (int) left;
    }

    private static long millis(int count) {
        return TimeUnit.MILLISECONDS.toNanos(count);
    }

    static final String NO_SUCH_NAME = "Name or service not known";
    static final String NO_ADDRESS = "No address associated with hostname";
    static final String TEMPORARY_FAILURE = "Temporary failure in name resolution";

    /// Maximum duration of a lookup in nanoseconds.
    static final long PATIENCE = TimeUnit.SECONDS.toNanos(8);

    private static final int PORT = 53;
    private static final int[] TIMEOUTS = {1_000, 3_000}; // milliseconds, of each round
    private static final int MOST_BYTES_UDP = 4_096;
}
