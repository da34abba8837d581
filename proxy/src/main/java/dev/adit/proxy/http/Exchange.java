package dev.adit.proxy.http;

import dev.adit.proxy.stream.Duplex;
import dev.adit.proxy.stream.RequestReader;

import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// One request that is forwarded, and its response (RFC 9110 §7.6). The body of the request goes on
/// while the response comes, so that either side may wait for the other (RFC 9110 §10.1.1) and an
/// early answer is seen. Confined to one thread but for that.
final class Exchange {
    private final Duplex client;
    private final HttpHead request;
    private final String target;
    private final BodyLength length;
    private volatile boolean isSent;

    /// How an exchange ended.
    enum Result {
        /// Both connections may be used again.
        KEPT,
        /// The client's connection may be used again.
        CLIENT_KEPT,
        /// Both connections are the client's and the server's now, for another protocol.
        UPGRADED,
        /// The server ended the connection before it answered anything.
        STALE,
        /// The client's connection ends.
        ENDED
    }

    /// @param target in origin form
    Exchange(Duplex client, HttpHead request, String target, BodyLength length) {
        this.client = client;
        this.request = request;
        this.target = target;
        this.length = length;
    }

    /// True when the request may be sent again if a kept connection turns out to have ended.
    boolean mayRepeat() {
        return length.kind() == BodyLength.Kind.NONE && IDEMPOTENT.contains(request.method());
    }

    /// Sends the request and passes the response on.
    Result run(Upstream upstream) throws IOException {
        Duplex server = upstream.connection();
        try {
            server.output().write(head(upstream.authority()));
        } catch (IOException ended) {
            return Result.STALE;
        }
        Thread sender = sendBody(server);
        try {
            HttpHead response = response(server);
            if (response == null) return Result.STALE;
            if (response.status() == HttpHead.SWITCHING_PROTOCOLS) {
                pass(response, upgradeFields(response), false);
                return Result.UPGRADED;
            }
            return pass(server, response);
        } finally {
            if (sender != null && !isSent) {
                // An early answer: what is left of the body has no use.
                server.close();
                client.shutdownOutput();
            }
        }
    }

    /// The final response, or one that switches protocols; null when there is none.
    private @Nullable HttpHead response(Duplex server) throws IOException {
        while (true) {
            HttpHead head;
            try {
                head = new HttpHeadParser(new RequestReader(server.input())).response();
            } catch (EOFException ended) {
                return null;
            }
            if (!head.isInterim()) return head;
            if (request.isVersion11()) pass(head, head.endToEnd(), false);
        }
    }

    private Result pass(Duplex server, HttpHead response) throws IOException {
        BodyLength body = BodyLength.ofResponse(response, request.method());
        boolean isPlain = body.kind() == BodyLength.Kind.CHUNKED && !request.isVersion11();
        boolean endsWithBody = body.kind() == BodyLength.Kind.UNTIL_CLOSE || isPlain;
        boolean isClientKept = request.isPersistent() && !endsWithBody && bodyIsSent();
        List<HttpField> fields = response.endToEnd();
        if (body.kind() == BodyLength.Kind.CHUNKED && !isPlain) fields.add(CHUNKED);
        pass(response, fields, !isClientKept);
        new BodyCopy(server.input(), client.output(), isPlain).copy(body);
        if (!isClientKept) return Result.ENDED;
        return response.isPersistent() ? Result.KEPT : Result.CLIENT_KEPT;
    }

    private boolean bodyIsSent() {
        return length.kind() == BodyLength.Kind.NONE || isSent;
    }

    private void pass(HttpHead response, List<HttpField> fields, boolean isLast)
            throws IOException {
        List<HttpField> all = new ArrayList<>(fields);
        if (isLast) all.add(new HttpField("Connection", "close"));
        String first = "HTTP/1.1 " + response.first().get(1) + " " + response.first().get(2);
        client.output().write(HttpHead.bytes(first, all));
    }

    // ---- the request

    /// The head that the server gets.
    byte[] head(Authority to) {
        List<HttpField> fields = new ArrayList<>();
        fields.add(new HttpField("Host", to.field()));
        for (HttpField field : request.endToEnd()) if (!field.isCalled("Host")) fields.add(field);
        if (length.kind() == BodyLength.Kind.CHUNKED) fields.add(CHUNKED);
        fields.add(new HttpField("Via", "1.1 adit"));
        if (request.has("Upgrade")) fields.addAll(upgradeFields(request));
        return HttpHead.bytes(request.method() + " " + target + " HTTP/1.1", fields);
    }

    private static List<HttpField> upgradeFields(HttpHead head) {
        List<HttpField> fields = new ArrayList<>();
        if (head.first().getFirst().startsWith("HTTP/")) fields.addAll(head.endToEnd());
        fields.add(new HttpField("Connection", "Upgrade"));
        for (String value : head.values("Upgrade")) fields.add(new HttpField("Upgrade", value));
        return fields;
    }

    private @Nullable Thread sendBody(Duplex server) {
        if (length.kind() == BodyLength.Kind.NONE) return null;
        return Thread.ofVirtual()
                .name(Thread.currentThread().getName() + "-body")
                .start(
                        () -> {
                            try {
                                new BodyCopy(client.input(), server.output(), false).copy(length);
                                isSent = true;
                            } catch (IOException e) {
                                server.abort(); // not whole, and the server has to know
                            }
                        });
    }

    private static final HttpField CHUNKED = new HttpField(BodyLength.TRANSFER_ENCODING, "chunked");
    private static final Set<String> IDEMPOTENT =
            Set.of("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE");
}
