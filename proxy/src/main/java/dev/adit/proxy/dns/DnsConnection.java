package dev.adit.proxy.dns;

import dev.adit.proxy.stream.Duplex;
import dev.adit.proxy.stream.ProxyStats;

import java.io.IOException;
import java.util.concurrent.Semaphore;

/// A client that asks over TCP, several queries at a time, which are answered in the order in which
/// the answers come (RFC 7766). Thread-safe.
final class DnsConnection implements DnsQueries.Client {
    private final Duplex connection;
    private final DnsQueries queries;
    private final Runnable renew;
    private final ProxyStats stats;
    private final Semaphore room = new Semaphore(MOST);

    /// @param renew begins the client's time anew
    DnsConnection(Duplex connection, DnsQueries queries, Runnable renew, ProxyStats stats) {
        this.connection = connection;
        this.queries = queries;
        this.renew = renew;
        this.stats = stats;
    }

    /// Takes queries until the client ends, and waits for the last answers.
    void serve() throws IOException {
        byte[] message = DnsStream.read(connection.input());
        while (message != null) {
            renew.run();
            room.acquireUninterruptibly();
            stats.served(ProxyStats.ClientKind.DNS_TCP);
            queries.pass(message, this);
            message = DnsStream.read(connection.input());
        }
        room.acquireUninterruptibly(MOST);
    }

    @Override
    public boolean isStream() {
        return true;
    }

    @Override
    public void answer(DnsMessage query, byte[] answer) throws IOException {
        byte[] framed = DnsStream.framed(answer);
        synchronized (this) {
            connection.output().write(framed);
        }
    }

    @Override
    public void abort() {
        connection.abort();
    }

    @Override
    public void done() {
        room.release();
    }

    private static final int MOST = 64;
}
