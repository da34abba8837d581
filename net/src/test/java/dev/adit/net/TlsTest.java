package dev.adit.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.net.lab.TwoNetworks;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;

import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/// TLS over sockets in a tunnel, made in every way that programs make it.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsTest {
    private static final char[] PASSWORD = "changeit".toCharArray();
    private TwoNetworks two;
    private SSLContext context;
    private ServerSocket server;

    @BeforeAll
    void begin(@TempDir Path folder) throws Exception {
        context = context(folder.resolve("keys.p12"));
        two = new TwoNetworks();
        server = two.right.listen(443);
        Thread.ofVirtual().start(this::serve);
    }

    @AfterAll
    void end() {
        two.close();
    }

    private static SSLContext context(Path store) throws Exception {
        Process keytool =
                new ProcessBuilder(
                                System.getProperty("java.home") + "/bin/keytool",
                                "-genkeypair",
                                "-alias",
                                "server",
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=right",
                                "-ext",
                                "san=ip:10.0.0.2",
                                "-keystore",
                                store.toString(),
                                "-storetype",
                                "PKCS12",
                                "-storepass",
                                new String(PASSWORD))
                        .redirectErrorStream(true)
                        .redirectOutput(store.resolveSibling("log").toFile())
                        .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        KeyManagerFactory own = KeyManagerFactory.getInstance("PKIX");
        own.init(keys, PASSWORD);
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(keys);
        SSLContext made = SSLContext.getInstance("TLS");
        made.init(own.getKeyManagers(), trust.getTrustManagers(), null);
        return made;
    }

    private void serve() {
        try {
            while (true) {
                Socket plain = server.accept();
                Thread.ofVirtual().start(() -> answer(plain));
            }
        } catch (java.io.IOException closed) {
            return;
        }
    }

    private void answer(Socket plain) {
        try (SSLSocket tls =
                (SSLSocket) context.getSocketFactory().createSocket(plain, null, 443, true)) {
            tls.setUseClientMode(false);
            InputStream in = tls.getInputStream();
            int last = 0;
            for (int b = in.read(); b >= 0; b = in.read()) {
                if (b == '\n' && last == '\n') break;
                if (b != '\r') last = b;
            }
            tls.getOutputStream()
                    .write(
                            "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello from inside"
                                    .getBytes(StandardCharsets.US_ASCII));
        } catch (java.io.IOException e) {
            // the client sees it
        }
    }

    private static String ask(Socket socket) throws Exception {
        socket.getOutputStream()
                .write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        byte[] all = socket.getInputStream().readAllBytes();
        return new String(all, StandardCharsets.US_ASCII);
    }

    @Test
    void connectsByNameAndPort() throws Exception {
        try (Socket socket = two.left.sslSocketFactory(context).createSocket("10.0.0.2", 443)) {
            assertThat(ask(socket)).endsWith("hello from inside");
        }
    }

    @Test
    void layersOnASocketOfOurs() throws Exception {
        Socket plain = two.left.socketFactory().createSocket("10.0.0.2", 443);
        try (Socket socket =
                two.left.sslSocketFactory(context).createSocket(plain, "10.0.0.2", 443, true)) {
            assertThat(ask(socket)).endsWith("hello from inside");
        }
        assertThat(plain.isClosed()).isTrue();
    }

    @Test
    void anUnconnectedSocketKeepsWhatIsSetUntilItConnects() throws Exception {
        try (SSLSocket socket = (SSLSocket) two.left.sslSocketFactory(context).createSocket()) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.setSoTimeout(30_000);
            assertThat(socket.isConnected()).isFalse();
            assertThatThrownBy(socket::getInputStream).isInstanceOf(SocketException.class);
            assertThatThrownBy(socket::startHandshake).isInstanceOf(SocketException.class);
            socket.connect(new InetSocketAddress("10.0.0.2", 443), 30_000);
            assertThat(ask(socket)).endsWith("hello from inside");
            assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.2");
            assertThat(socket.getSoTimeout()).isEqualTo(30_000);
        }
    }

    @Test
    void anHttpsUrlIsFetchedInTheTunnel() throws Exception {
        HttpsURLConnection page =
                (HttpsURLConnection) URI.create("https://10.0.0.2/").toURL().openConnection();
        page.setSSLSocketFactory(two.left.sslSocketFactory(context));
        page.setConnectTimeout(30_000);
        page.setReadTimeout(30_000);
        try (InputStream in = page.getInputStream()) {
            assertThat(in.readAllBytes()).asString().isEqualTo("hello from inside");
        }
    }

    @Test
    void anHttpsUrlThatNoPeerHasIsNotFetchedByTheHost() throws Exception {
        HttpsURLConnection page =
                (HttpsURLConnection) URI.create("https://127.0.0.1:1/").toURL().openConnection();
        page.setSSLSocketFactory(two.left.sslSocketFactory(context));
        assertThatThrownBy(page::getInputStream)
                .isInstanceOf(java.net.NoRouteToHostException.class);
    }

    @Test
    void anUnconnectedSocketIsClosed() throws Exception {
        Socket socket = two.left.sslSocketFactory(context).createSocket();
        socket.close();
        assertThat(socket.isClosed()).isTrue();
        assertThatThrownBy(() -> socket.connect(new InetSocketAddress("10.0.0.2", 443), 1000))
                .isInstanceOf(SocketException.class);
    }
}
