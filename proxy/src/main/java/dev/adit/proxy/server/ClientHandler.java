package dev.adit.proxy.server;

import dev.adit.proxy.http.HttpSession;
import dev.adit.proxy.socks.Socks4;
import dev.adit.proxy.socks.Socks5;
import dev.adit.proxy.socks.SocksAnswer;
import dev.adit.proxy.socks.SocksReply;
import dev.adit.proxy.socks.SocksRequest;
import dev.adit.proxy.socks.UdpAssociation;
import dev.adit.proxy.socks.Users;
import dev.adit.proxy.stream.BadRequestException;
import dev.adit.proxy.stream.DatagramDialer;
import dev.adit.proxy.stream.Dialer;
import dev.adit.proxy.stream.Duplex;
import dev.adit.proxy.stream.ProxyStats;
import dev.adit.proxy.stream.Relay;
import dev.adit.proxy.stream.RequestReader;
import dev.adit.proxy.stream.SocketDuplex;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.System.Logger.Level;

/// Serves clients: the first byte tells SOCKS5, SOCKS4 and HTTP apart. Thread-safe; each client has
/// a thread of its own.
public final class ClientHandler implements ConnectionHandler {
    private final Dialer dialer;
    private final DatagramDialer datagrams;
    private final @Nullable Users users;
    private final ClientTable clients;

    /// @param dialer connects to targets
    /// @param datagrams opens UDP ports for SOCKS5 clients
    /// @param users or null to let everyone in
    public ClientHandler(
            Dialer dialer, DatagramDialer datagrams, @Nullable Users users, ClientTable clients) {
        this.dialer = dialer;
        this.datagrams = datagrams;
        this.users = users;
        this.clients = clients;
    }

    @Override
    public void serve(Duplex connection) {
        Client client = new Client(connection);
        if (!clients.enter(client)) {
            connection.abort();
            return;
        }
        clients.await(client, System.nanoTime());
        try {
            request(client);
        } catch (BadRequestException e) {
            clients.stats().refused(ProxyStats.Refusal.BAD_REQUEST);
            LOG.log(Level.DEBUG, "{0}: bad request: {1}", connection, e.getMessage());
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "{0}: {1}", connection, e.getMessage());
        } finally {
            clients.leave(client);
            connection.close();
        }
    }

    private void request(Client client) throws IOException {
        Duplex connection = client.connection();
        RequestReader in = new RequestReader(connection.input());
        int first = in.octetOrEnd();
        if (first < 0) return;
        ProxyStats stats = clients.stats();
        if (first == Socks5.VERSION) {
            stats.served(ProxyStats.ClientKind.SOCKS5);
            socks5(client, in);
        } else if (first == Socks4.VERSION) {
            stats.served(ProxyStats.ClientKind.SOCKS4);
            socks4(client, in);
        } else if (first >= 'A' && first <= 'Z') {
            stats.served(ProxyStats.ClientKind.HTTP);
            http(client, String.valueOf((char) first));
        } else {
            throw new BadRequestException("neither SOCKS nor HTTP");
        }
    }

    private void socks5(Client client, RequestReader in) throws IOException {
        Duplex connection = client.connection();
        Socks5 socks = new Socks5(in, connection.output(), users);
        SocksRequest request = socks.negotiate();
        if (request == null) return;
        clients.serve(client);
        if (request.command() == SocksRequest.UDP_ASSOCIATE) {
            associate(connection, socks, request);
            return;
        }
        connect(connection, request, socks);
    }

    /// A client of a Unix socket has no address to send datagrams from.
    private void associate(Duplex connection, Socks5 socks, SocksRequest request)
            throws IOException {
        if (connection instanceof SocketDuplex control) {
            UdpAssociation.run(control, socks, request, datagrams, clients.stats());
        } else {
            socks.reply(SocksReply.NOT_ALLOWED, null, 0);
        }
    }

    private void socks4(Client client, RequestReader in) throws IOException {
        Duplex connection = client.connection();
        Socks4 socks = new Socks4(in, connection.output());
        SocksRequest request = socks.read();
        if (request == null) return;
        clients.serve(client);
        if (users != null) socks.failed(new IOException("SOCKS4 has no passwords"));
        else connect(connection, request, socks);
    }

    private void connect(Duplex client, SocksRequest request, SocksAnswer answer)
            throws IOException {
        Duplex target;
        try {
            target = dialer.connect(request.host(), request.port());
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "{0}: {1}", client, e.getMessage());
            answer.failed(e);
            return;
        }
        try {
            answer.connected();
        } catch (IOException gone) {
            target.abort();
            throw gone;
        }
        Relay.run(client, target);
    }

    private void http(Client client, String begun) throws IOException {
        new HttpSession(
                        client.connection(),
                        dialer,
                        users,
                        () -> clients.await(client, System.nanoTime()),
                        () -> clients.serve(client),
                        Relay::run)
                .serve(begun);
    }

    private static final System.Logger LOG = System.getLogger("dev.adit.proxy");
}
