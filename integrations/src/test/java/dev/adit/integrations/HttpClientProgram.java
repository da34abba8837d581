package dev.adit.integrations;

import dev.adit.net.Network;

import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.URIScheme;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.util.TimeValue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;

import javax.net.ssl.SSLContext;

/// What a program does with Apache HttpClient 5 in a network of its own: `FILE AUTHORITY REQUESTS`.
/// Fails with an exception, else prints what it has seen.
public final class HttpClientProgram {
    public static void main(String[] args) throws Exception {
        try (Network office = Network.open(Path.of(args[0]));
                CloseableHttpClient client =
                        client(office, Certificates.context(Path.of(args[1])))) {
            int requests = Integer.parseInt(args[2]);
            for (String scheme : new String[] {"http", "https"}) {
                String url = scheme + "://web.internal/connection";
                Requests.many(scheme, requests, THREADS, () -> get(client, url));
            }
            String sha256 =
                    client.execute(
                            new HttpGet("https://web.internal/large"),
                            response -> digest(response.getEntity().getContent()));
            System.out.println("large " + sha256);
            fail(client, "https://other.example/");
            fail(client, "https://web.internal:444/");
            fail(client, "https://10.9.0.2/");
            fail(client, "http://192.0.2.2/");
        }
        System.out.println("closed");
    }

    private static CloseableHttpClient client(Network office, SSLContext context) {
        TlsSocketStrategy tls = new DefaultClientTlsStrategy(context);
        var operator =
                new DefaultHttpClientConnectionOperator(
                        proxy -> office.socketFactory().createSocket(),
                        null,
                        resolver(office),
                        RegistryBuilder.<TlsSocketStrategy>create()
                                .register(URIScheme.HTTPS.id, tls)
                                .build());
        var connections =
                new PoolingHttpClientConnectionManager(
                        operator,
                        PoolConcurrencyPolicy.STRICT,
                        PoolReusePolicy.LIFO,
                        TimeValue.ofMinutes(1),
                        null);
        connections.setDefaultMaxPerRoute(THREADS);
        return HttpClients.custom().setConnectionManager(connections).build();
    }

    private static DnsResolver resolver(Network office) {
        return new DnsResolver() {
            @Override
            public InetAddress[] resolve(String host) throws UnknownHostException {
                return office.resolve(host).toArray(InetAddress[]::new);
            }

            @Override
            public String resolveCanonicalHostname(String host) {
                return host;
            }
        };
    }

    private static String get(CloseableHttpClient client, String url) throws IOException {
        return client.execute(
                new HttpGet(url),
                response -> {
                    if (response.getCode() != 200) throw new IOException("" + response.getCode());
                    return EntityUtils.toString(response.getEntity());
                });
    }

    private static String digest(InputStream in) throws IOException {
        try {
            return Requests.sha256(in);
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private static void fail(CloseableHttpClient client, String url) {
        try {
            System.out.println(url + " answers " + get(client, url));
        } catch (IOException e) {
            System.out.println(url + " " + e);
        }
    }

    private static final int THREADS = 8;

    private HttpClientProgram() {}
}
