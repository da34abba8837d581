package dev.adit.proxy.dns;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.Optional;

/// Passes queries on and the answers back, each in a virtual thread of its own. A client is told
/// when no server answers; what is no query is dropped. Thread-safe.
final class DnsQueries implements AutoCloseable {
    private final DnsExchange exchange;
    private final OutstandingQueries outstanding;

    /// @param most queries at a time
    DnsQueries(DnsExchange exchange, int most) {
        this.exchange = exchange;
        outstanding = new OutstandingQueries(most);
    }

    /// Where answers go. Thread-safe.
    interface Client {
        /// True when this client asks over TCP.
        boolean isStream();

        /// Sends an answer.
        void answer(DnsMessage query, byte[] answer) throws IOException;

        /// Ends an answer that is being sent, as the client does not take it.
        void abort();

        /// The query is over, answered or not.
        void done();
    }

    /// Passes a query on, without waiting for anything.
    void pass(byte[] message, Client client) {
        Optional<DnsMessage> query = DnsMessage.query(message);
        if (query.isEmpty()) {
            LOG.log(Level.DEBUG, "a message of {0} bytes that is no query", message.length);
            client.done();
            return;
        }
        OutstandingQuery guard = outstanding.add();
        Thread.ofVirtual()
                .name("adit-proxy-dns-query")
                .start(() -> run(query.get(), guard, client));
    }

    private void run(DnsMessage query, OutstandingQuery guard, Client client) {
        try {
            byte[] answer = ask(query, guard, client.isStream());
            guard.await(client::abort); // until it has taken the answer
            client.answer(query, answer);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "a query is not answered: {0}", e.getMessage());
        } finally {
            outstanding.remove(guard);
            client.done();
        }
    }

    private byte[] ask(DnsMessage query, OutstandingQuery guard, boolean stream) {
        try {
            return exchange.ask(query, stream, guard);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "no name server answers: {0}", e.getMessage());
            return query.failure();
        }
    }

    /// How many queries are outstanding.
    int outstanding() {
        return outstanding.size();
    }

    /// Gives all of them up.
    @Override
    public void close() {
        outstanding.close();
    }

    private static final System.Logger LOG = System.getLogger("dev.adit.proxy");
}
