package dev.adit.integrations;

import dev.adit.net.Network;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;

/// What a program does with `HttpsURLConnection` in a network of its own: `FILE AUTHORITY
/// REQUESTS`. Fails with an exception, else prints what it has seen.
public final class HttpsUrlProgram {
    public static void main(String[] args) throws Exception {
        try (Network office = Network.open(Path.of(args[0]))) {
            SSLSocketFactory tls = office.sslSocketFactory(Certificates.context(Path.of(args[1])));
            int requests = Integer.parseInt(args[2]);
            Requests.many("https", requests, 1, () -> get(tls, "https://web.internal/connection"));
            try (InputStream in = open(tls, "https://web.internal/large").getInputStream()) {
                System.out.println("large " + Requests.sha256(in));
            }
            fail(tls, "https://other.example/");
            fail(tls, "https://web.internal:444/");
            fail(tls, "https://10.9.0.2/");
            fail(tls, "https://192.0.2.2/");
            System.out.println("TCP sockets of the host: " + tcpSockets());
        }
        System.out.println("closed");
    }

    private static HttpsURLConnection open(SSLSocketFactory tls, String url) throws IOException {
        HttpsURLConnection connection =
                (HttpsURLConnection) URI.create(url).toURL().openConnection();
        connection.setSSLSocketFactory(tls);
        connection.setConnectTimeout(5_000);
        connection.setReadTimeout(60_000);
        return connection;
    }

    private static String get(SSLSocketFactory tls, String url) throws IOException {
        try (InputStream in = open(tls, url).getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void fail(SSLSocketFactory tls, String url) {
        try {
            System.out.println(url + " answers " + get(tls, url));
        } catch (IOException e) {
            System.out.println(url + " " + e);
        }
    }

    /// The sockets that the host's TCP has in this namespace, but for those that listen.
    private static long tcpSockets() throws IOException {
        long count = 0;
        for (String table : new String[] {"/proc/net/tcp", "/proc/net/tcp6"}) {
            try (Stream<String> lines = Files.lines(Path.of(table))) {
                count += lines.skip(1).count();
            }
        }
        return count;
    }

    private HttpsUrlProgram() {}
}
