package dev.adit.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.proxy.lab.TestProxy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// What HTTP clients ask for and get.
class HttpTest {
    private TestProxy proxy;
    private ServerSocket server;

    @BeforeEach
    void open() throws IOException {
        proxy = new TestProxy(null);
        server = TestProxy.server();
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
        server.close();
    }

    private String url(String path) {
        return "http://server:" + server.getLocalPort() + path;
    }

    private static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream()
                .write(text.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    /// Reads up to an empty line.
    private static String head(Socket socket) throws IOException {
        StringBuilder text = new StringBuilder();
        InputStream in = socket.getInputStream();
        while (text.indexOf("\r\n\r\n") < 0) {
            int c = in.read();
            if (c < 0) break;
            text.append((char) c);
        }
        return text.toString().replace("\r\n", "\n");
    }

    private static String text(Socket socket, int bytes) throws IOException {
        byte[] read = socket.getInputStream().readNBytes(bytes);
        return new String(read, StandardCharsets.ISO_8859_1).replace("\r\n", "\n");
    }

    @Test
    void connectOpensATunnel() throws IOException {
        try (Socket client = proxy.connect()) {
            say(client, "CONNECT server:" + server.getLocalPort() + " HTTP/1.1\n\nearly");
            try (Socket target = server.accept()) {
                assertThat(head(client)).startsWith("HTTP/1.1 200 ");
                assertThat(text(target, 5)).isEqualTo("early");
                say(target, "and back");
                target.shutdownOutput();
                assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("and back");
            }
        }
    }

    @Test
    void aRequestIsForwardedWithoutWhatIsForTheProxy() throws IOException {
        try (Socket client = proxy.connect()) {
            say(
                    client,
                    "GET "
                            + url("/a?b")
                            + " HTTP/1.1\nHost: other\nAccept: */*\nX-Hop: 1\n"
                            + "Connection: X-Hop, keep-alive\nProxy-Connection: keep-alive\n\n");
            try (Socket target = server.accept()) {
                assertThat(head(target))
                        .isEqualTo(
                                "GET /a?b HTTP/1.1\nHost: server:"
                                        + server.getLocalPort()
                                        + "\nAccept: */*\nVia: 1.1 adit\n\n");
                say(target, "HTTP/1.1 200 OK\nContent-Length: 2\nKeep-Alive: x\n\nok");
                assertThat(head(client)).isEqualTo("HTTP/1.1 200 OK\nContent-Length: 2\n\n");
                assertThat(text(client, 2)).isEqualTo("ok");
                // Both connections serve the next request.
                say(client, "HEAD " + url("/c") + " HTTP/1.1\n\n");
                assertThat(head(target)).startsWith("HEAD /c HTTP/1.1\n");
                say(target, "HTTP/1.1 200 OK\nContent-Length: 99\n\n");
                assertThat(head(client)).contains("Content-Length: 99");
            }
        }
        assertThat(proxy.dialed).containsExactly("server");
    }

    @Test
    void chunksGoOnWithTheirTrailers() throws IOException {
        try (Socket client = proxy.connect()) {
            say(
                    client,
                    "POST "
                            + url("/")
                            + " HTTP/1.1\nTransfer-Encoding: chunked\n\n"
                            + "5;x=y\nhello\n0\nX-Sum: 1\nContent-Length: 3\n\n");
            try (Socket target = server.accept()) {
                assertThat(head(target)).contains("Transfer-Encoding: chunked");
                String body = "5\nhello\n0\nX-Sum: 1\n\n";
                assertThat(text(target, body.replace("\n", "\r\n").length())).isEqualTo(body);
                say(target, "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\nA\n0123456789\n0\n\n");
                assertThat(head(client)).contains("Transfer-Encoding: chunked");
                body = "a\n0123456789\n0\n\n";
                assertThat(text(client, body.replace("\n", "\r\n").length())).isEqualTo(body);
            }
        }
    }

    @Test
    void theBodyWaitsForTheServerToAskForIt() throws IOException {
        try (Socket client = proxy.connect()) {
            say(
                    client,
                    "PUT " + url("/") + " HTTP/1.1\nContent-Length: 4\nExpect: 100-continue\n\n");
            try (Socket target = server.accept()) {
                assertThat(head(target)).contains("Expect: 100-continue");
                say(target, "HTTP/1.1 100 Continue\n\n");
                assertThat(head(client)).startsWith("HTTP/1.1 100 ");
                say(client, "body");
                assertThat(text(target, 4)).isEqualTo("body");
                say(target, "HTTP/1.1 204 No Content\n\n");
                assertThat(head(client)).startsWith("HTTP/1.1 204 ");
            }
        }
    }

    @Test
    void anUpgradeMakesATunnel() throws IOException {
        try (Socket client = proxy.connect()) {
            say(
                    client,
                    "GET " + url("/") + " HTTP/1.1\nConnection: Upgrade\nUpgrade: websocket\n\n");
            try (Socket target = server.accept()) {
                assertThat(head(target)).contains("Connection: Upgrade\nUpgrade: websocket\n");
                say(target, "HTTP/1.1 101 Switching Protocols\nUpgrade: websocket\nX: y\n\nframe");
                assertThat(head(client)).contains("Upgrade: websocket\n").contains("X: y\n");
                assertThat(text(client, 5)).isEqualTo("frame");
                say(client, "answer");
                assertThat(text(target, 6)).isEqualTo("answer");
            }
        }
    }

    @Test
    void aKeptConnectionThatHasEndedIsOpenedAnew() throws IOException {
        try (Socket client = proxy.connect()) {
            for (int i = 0; i < 2; i++) {
                say(client, "GET " + url("/" + i) + " HTTP/1.1\n\n");
                try (Socket target = server.accept()) {
                    assertThat(head(target)).startsWith("GET /" + i);
                    say(target, "HTTP/1.1 200 OK\nContent-Length: 0\n\n");
                    assertThat(head(client)).startsWith("HTTP/1.1 200 ");
                }
            }
        }
    }

    @Test
    void anAnswerThatEndsWithItsConnectionEndsThatOfTheClient() throws IOException {
        try (Socket client = proxy.connect()) {
            say(client, "GET " + url("") + " HTTP/1.0\n\n");
            try (Socket target = server.accept()) {
                assertThat(head(target)).startsWith("GET / HTTP/1.1\n");
                say(target, "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n3\nabc\n0\n\n");
                assertThat(head(client)).isEqualTo("HTTP/1.1 200 OK\nConnection: close\n\n");
                assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("abc");
            }
        }
    }

    @Test
    void whyThereIsNoAnswerIsSaid() throws IOException {
        assertThat(answer("CONNECT nowhere:80 HTTP/1.1\n\n"))
                .startsWith("HTTP/1.1 502 ")
                .contains("nowhere: no such name");
        assertThat(answer("GET http://nowhere/ HTTP/1.1\n\n")).startsWith("HTTP/1.1 502 ");
    }

    private String answer(String request) throws IOException {
        return answer(proxy, request);
    }

    private static String answer(TestProxy at, String request) throws IOException {
        try (Socket client = at.connect()) {
            say(client, request);
            client.shutdownOutput();
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void aPasswordIsAskedForWhereThereAreUsers() throws IOException {
        try (TestProxy guarded = new TestProxy("secret")) {
            String request = "CONNECT nowhere:80 HTTP/1.1\n";
            assertThat(answer(guarded, request + "\n"))
                    .startsWith("HTTP/1.1 407 ")
                    .contains("Proxy-Authenticate: Basic");
            String wrong = "Proxy-Authorization: Basic dXNlcjp3cm9uZw==\n\n";
            assertThat(answer(guarded, request + wrong)).startsWith("HTTP/1.1 407 ");
            assertThat(answer(guarded, request + "Proxy-Authorization: Basic %%\n\n"))
                    .startsWith("HTTP/1.1 407 ");
            assertThat(guarded.dialed).isEmpty();
            String right = "Proxy-Authorization: basic dXNlcjpzZWNyZXQ=\n\n";
            assertThat(answer(guarded, request + right)).startsWith("HTTP/1.1 502 ");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\n\n",
                "GET https://server/ HTTP/1.1\n\n",
                "GET http://server/ HTTP/2.0\n\n",
                "GET  http://server/ HTTP/1.1\n\n",
                "GET http:///a HTTP/1.1\n\n",
                "GET http://user@server/ HTTP/1.1\n\n",
                "GET http://server:0/ HTTP/1.1\n\n",
                "GET http://server:99999/ HTTP/1.1\n\n",
                "GET http://[::1/ HTTP/1.1\n\n",
                "CONNECT server HTTP/1.1\n\n",
                "GET http://server/ HTTP/1.1\nA : b\n\n",
                "GET http://server/ HTTP/1.1\nA: b\n folded\n\n",
                "GET http://server/ HTTP/1.1\nA: b\u0000\n\n",
                "GET http://server/ HTTP/1.1\nno colon\n\n",
                "POST http://server/ HTTP/1.1\nContent-Length: 1\nContent-Length: 2\n\nab",
                "POST http://server/ HTTP/1.1\nContent-Length: 1, 1\n\na",
                "POST http://server/ HTTP/1.1\nContent-Length: +1\n\na",
                "POST http://server/ HTTP/1.1\nContent-Length:\n\n",
                "POST http://server/ HTTP/1.1\nContent-Length: 1\nTransfer-Encoding: chunked\n\n",
                "POST http://server/ HTTP/1.1\nTransfer-Encoding: gzip, chunked\n\n",
                "POST http://server/ HTTP/1.1\nTransfer-Encoding: chunked, chunked\n\n",
                "POST http://server/ HTTP/1.1\nTransfer-Encoding: xchunked\n\n",
                "POST http://server/ HTTP/1.0\nTransfer-Encoding: chunked\n\n",
                "GET http://server/ HTTP/1.1\nHost: server\nHost: other\n\n",
                "GET http://server/a\tHTTP/1.1 HTTP/1.1\n\n",
                "GET http://server/a\u00e9 HTTP/1.1\n\n",
                "GET http://server/#a HTTP/1.1\n\n",
                "CONNECT server:80 HTTP/1.1\nContent-Length: 5\n\nhello",
                "CONNECT server:80 HTTP/1.1\nTransfer-Encoding: chunked\n\n",
            })
    void whatTwoProgramsMightReadDifferentlyIsRefused(String request) throws IOException {
        assertThat(answer(request)).startsWith("HTTP/1.1 400 ");
        assertThat(proxy.dialed).isEmpty();
    }

    /// Without its length, the server would take the body for a request of its own.
    @Test
    void noClientCanHaveTheLengthOfABodyRemoved() throws IOException {
        try (Socket client = proxy.connect()) {
            String head = "POST " + url("/") + " HTTP/1.1\nConnection: Content-Length\n";
            say(client, head + "Content-Length: 5\nContent-Length: 5\n\nhello");
            try (Socket target = server.accept()) {
                assertThat(head(target)).containsOnlyOnce("Content-Length: 5\n");
                assertThat(text(target, 5)).isEqualTo("hello");
                say(target, "HTTP/1.1 204 No Content\n\n");
                assertThat(head(client)).startsWith("HTTP/1.1 204 ");
            }
        }
    }

    @Test
    void aHeadHasABound() throws IOException {
        String request = "GET http://server/ HTTP/1.1\nA: " + "x".repeat(70_000);
        try (Socket client = proxy.connect()) {
            say(client, request);
            assertThat(head(client)).startsWith("HTTP/1.1 400 ");
        } catch (IOException reset) {
            // what was not read makes it a reset, which may come before the answer
        }
        assertThat(proxy.dialed).isEmpty();
    }
}
