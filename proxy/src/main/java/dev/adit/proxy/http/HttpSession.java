package dev.adit.proxy.http;

import dev.adit.proxy.socks.Users;
import dev.adit.proxy.stream.BadRequestException;
import dev.adit.proxy.stream.Dialer;
import dev.adit.proxy.stream.Duplex;
import dev.adit.proxy.stream.RequestReader;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/// The requests of one HTTP client: CONNECT, and requests for `http:` that are forwarded. Confined
/// to one thread.
public final class HttpSession {
    private final Duplex client;
    private final Dialer dialer;
    private final @Nullable Users users;
    private final Runnable awaitRequest;
    private final Runnable gotRequest;
    private final BiConsumer<Duplex, Duplex> relay;
    private @Nullable Upstream upstream; // kept for the next request, or null

    /// @param users or null to let everyone in
    /// @param awaitRequest called before a further request is waited for, which has to come soon
    /// @param gotRequest called when the head of a request is whole
    /// @param relay carries bytes between two connections until both directions have ended
    public HttpSession(
            Duplex client,
            Dialer dialer,
            @Nullable Users users,
            Runnable awaitRequest,
            Runnable gotRequest,
            BiConsumer<Duplex, Duplex> relay) {
        this.client = client;
        this.dialer = dialer;
        this.users = users;
        this.awaitRequest = awaitRequest;
        this.gotRequest = gotRequest;
        this.relay = relay;
    }

    /// Serves requests until the client ends or one of them ends the connection.
    ///
    /// @param begun the first character of the first request, which was read already
    public void serve(String begun) throws IOException {
        try {
            boolean goesOn = request(begun);
            while (goesOn) {
                awaitRequest.run();
                int first = client.input().read();
                goesOn = first >= 0 && request(String.valueOf((char) first));
            }
        } catch (BadRequestException e) {
            answer(400, "Bad Request", e.getMessage());
            throw e; // to be counted
        } finally {
            if (upstream != null) upstream.close();
        }
    }

    /// @return true when another request may follow
    private boolean request(String begun) throws IOException {
        HttpHead head = new HttpHeadParser(new RequestReader(client.input())).request(begun);
        Users known = users;
        if (known != null && !isKnown(known, head)) return refuse();
        gotRequest.run();
        if (head.method().equals("CONNECT")) {
            checkEmpty(head);
            connect(Authority.parse(head.target(), -1));
            return false;
        }
        return forward(head);
    }

    private boolean refuse() throws IOException {
        HttpField how = new HttpField("Proxy-Authenticate", "Basic realm=\"adit\"");
        answer(407, "Proxy Authentication Required", "a user and a password are needed", how);
        return false;
    }

    private static boolean isKnown(Users users, HttpHead head) {
        List<String> given = head.values("Proxy-Authorization");
        if (given.size() != 1) return false;
        String[] words = given.getFirst().split(" +", 2);
        if (words.length != 2 || !words[0].equalsIgnoreCase("Basic")) return false;
        byte[] pair;
        try {
            pair = Base64.getDecoder().decode(words[1]);
        } catch (IllegalArgumentException e) {
            return false;
        }
        try {
            int colon = 0;
            while (colon < pair.length && pair[colon] != ':') colon++;
            if (colon == pair.length) return false;
            byte[] name = Arrays.copyOf(pair, colon);
            return users.check(name, Arrays.copyOfRange(pair, colon + 1, pair.length));
        } finally {
            Arrays.fill(pair, (byte) 0);
        }
    }

    // ---- CONNECT

    /// The bytes behind a CONNECT are the target's; others might take them for a body.
    private static void checkEmpty(HttpHead head) throws BadRequestException {
        BodyLength length = BodyLength.ofRequest(head);
        boolean isEmpty = length.kind() != BodyLength.Kind.CHUNKED && length.bytes() == 0;
        if (!isEmpty) throw new BadRequestException("a CONNECT with a body");
    }

    private void connect(Authority to) throws IOException {
        Optional<Duplex> target = dial(to);
        if (target.isEmpty()) return;
        try {
            byte[] answer = HttpHead.bytes("HTTP/1.1 200 Connection established", List.of());
            client.output().write(answer);
        } catch (IOException gone) {
            target.get().abort();
            throw gone;
        }
        relay.accept(client, target.get());
    }

    /// Connects, or tells the client why not.
    private Optional<Duplex> dial(Authority to) throws IOException {
        try {
            return Optional.of(dialer.connect(to.host(), to.port()));
        } catch (SocketTimeoutException e) {
            answer(504, "Gateway Timeout", e.getMessage());
        } catch (IOException e) {
            answer(502, "Bad Gateway", e.getMessage());
        }
        return Optional.empty();
    }

    // ---- forwarding

    private boolean forward(HttpHead head) throws IOException {
        RequestTarget target = RequestTarget.parse(head.target());
        Authority to = target.authority();
        Exchange exchange = new Exchange(client, head, target.path(), BodyLength.ofRequest(head));
        Upstream kept = upstream;
        if (kept != null && !to.isSame(kept.authority())) {
            kept.close();
            kept = null;
        }
        Upstream used = kept != null ? kept : open(to);
        if (used == null) return false;
        Exchange.Result result = exchange.run(used);
        if (result == Exchange.Result.STALE && kept != null && exchange.mayRepeat()) {
            kept.close();
            used = open(to);
            if (used == null) return false;
            result = exchange.run(used);
        }
        return finish(result, used);
    }

    /// Connects to the server of this request; null when that failed, which the client was told.
    private @Nullable Upstream open(Authority to) throws IOException {
        upstream = dial(to).map(connection -> new Upstream(to, connection)).orElse(null);
        return upstream;
    }

    private boolean finish(Exchange.Result result, Upstream used) throws IOException {
        switch (result) {
            case STALE -> {
                answer(502, "Bad Gateway", "the server ended the connection without an answer");
                return false;
            }
            case UPGRADED -> {
                upstream = null;
                relay.accept(client, used.connection());
                return false;
            }
            case KEPT -> {
                return true;
            }
            case CLIENT_KEPT -> {
                used.close();
                upstream = null;
                return true;
            }
            default -> {
                return false;
            }
        }
    }

    // ---- own answers

    private void answer(int status, String reason, @Nullable String text, HttpField... more)
            throws IOException {
        String shown = text == null ? reason : text;
        byte[] body = ("adit: " + shown + "\n").getBytes(StandardCharsets.UTF_8);
        List<HttpField> fields = new ArrayList<>(List.of(more));
        fields.add(new HttpField("Content-Type", "text/plain; charset=utf-8"));
        fields.add(new HttpField("Content-Length", String.valueOf(body.length)));
        fields.add(new HttpField("Connection", "close"));
        client.output().write(HttpHead.bytes("HTTP/1.1 " + status + " " + reason, fields));
        client.output().write(body);
    }
}
