package dev.adit.proxy.health;

import dev.adit.device.config.PeerStatus;
import dev.adit.net.Network;
import dev.adit.proxy.http.DocumentRequest;
import dev.adit.proxy.http.DocumentRequest.Document;
import dev.adit.proxy.server.Acceptor;
import dev.adit.proxy.server.ClientTable;
import dev.adit.proxy.server.ListenAddress;
import dev.adit.proxy.stream.Duplex;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.time.Instant;
import java.util.List;

/// Serves `/livez`, `/readyz` and `/metrics` by HTTP. Thread-safe.
///
/// It has clients of its own, so that it answers also when the proxy has as many as it may have: 32
/// at a time, each for 30 seconds; when there are more, the oldest goes.
public final class HealthServer implements AutoCloseable {
    private final Network network;
    private final ProxyMetrics metrics;
    private final PeerReadiness readiness = new PeerReadiness();
    private final ClientTable own = new ClientTable(2 * MOST, MOST);
    private final Acceptor acceptor;

    /// Begins to serve.
    ///
    /// @param clients those of the proxy
    /// @throws IOException when the address cannot be had
    public HealthServer(ListenAddress at, Network network, ClientTable clients) throws IOException {
        this.network = network;
        metrics = new ProxyMetrics(network, clients);
        acceptor = Acceptor.open(at, this::serve);
    }

    private void serve(Duplex connection) {
        own.serveInTime(
                connection,
                renew -> {
                    try {
                        DocumentRequest.serve(connection, this::document);
                    } catch (IOException e) {
                        LOG.log(Level.DEBUG, "health: {0}: {1}", connection, e.getMessage());
                    }
                });
    }

    private Document document(String path, String accept) {
        return switch (path) {
            case "/livez" -> Document.line("200 OK", "alive");
            case "/readyz" -> readyz();
            case "/metrics" -> {
                boolean isOpenMetrics = accept.contains("application/openmetrics-text");
                yield Document.of(MetricsText.type(isOpenMetrics), metrics.text(isOpenMetrics));
            }
            default -> Document.line("404 Not Found", "/livez, /readyz, /metrics");
        };
    }

    private Document readyz() {
        if (!network.isOpen()) return Document.line(UNAVAILABLE, "the network is closed");
        Instant now = Instant.now();
        List<PeerStatus> missing = notReady(now);
        if (missing.isEmpty()) return Document.line("200 OK", "ready");
        StringBuilder text = new StringBuilder("not ready:");
        for (PeerStatus peer : missing.subList(0, Math.min(MOST_NAMED, missing.size()))) {
            text.append("\npeer ").append(peer.publicKey().toBase64());
            if (peer.endpoint() != null) text.append(" at ").append(peer.endpoint());
            text.append(": ").append(handshake(peer, now));
        }
        int more = missing.size() - MOST_NAMED;
        if (more > 0) text.append("\nand ").append(more).append(" more");
        return Document.line(UNAVAILABLE, text.toString());
    }

    private List<PeerStatus> notReady(Instant now) {
        return readiness.notReady(network.device().status().peers(), now);
    }

    private static String handshake(PeerStatus peer, Instant now) {
        if (peer.lastHandshake().equals(Instant.EPOCH)) return "no handshake yet";
        long age = now.getEpochSecond() - peer.lastHandshake().getEpochSecond();
        return "last handshake " + age + " s ago";
    }

    /// Ends clients that take too long, and looks for traffic. To be called every few seconds.
    public void tick() {
        own.expire(System.nanoTime());
        if (network.isOpen()) notReady(Instant.now());
    }

    /// Where it listens, with the port that was chosen.
    public SocketAddress address() throws IOException {
        return acceptor.address();
    }

    @Override
    public void close() throws IOException {
        acceptor.close();
        try {
            own.close(0);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static final String UNAVAILABLE = "503 Service Unavailable";
    private static final int MOST = 32;
    private static final int MOST_NAMED = 100;
    private static final System.Logger LOG = System.getLogger("dev.adit.proxy");
}
