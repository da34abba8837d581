package dev.adit.integrations;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// HTTP clients with Debian's nginx behind the tunnel: many requests over few connections, TLS with
/// an authority of the office's own, HTTP/2, a large file, and errors.
///
/// With `-Dadit.it.long=true`, the large file has 1 GB.
class WebTest {
    private static final boolean LONG = Boolean.getBoolean("adit.it.long");
    private static final long BYTES = LONG ? 1_000_000_000L : 30_000_000L;
    private static final int REQUESTS = LONG ? 10_000 : 2_000;
    private static final Duration LIMIT = Duration.ofSeconds(LONG ? 300 : 90);

    @TempDir private static Path folder;
    private static Office office;
    private static String sha256;

    @BeforeAll
    static void start() throws Exception {
        office = Office.start(folder, "web.internal");
        Path files = Files.createDirectory(office.file("files"));
        Path large = files.resolve("large");
        try (Lines lines = new Lines(BYTES);
                OutputStream out = Files.newOutputStream(large)) {
            lines.transferTo(out);
        }
        sha256 = Requests.sha256(Files.newInputStream(large));
        Path conf = office.file("nginx.conf");
        Files.writeString(conf, configuration(files));
        office.serve("nginx", "-p", office.file("").toString(), "-c", conf.toString());
        office.inside().awaitTcpPort(443);
    }

    private static String configuration(Path files) throws IOException {
        return """
        daemon off;
        user root;
        pid nginx.pid;
        error_log stderr;
        events {}
        http {
            access_log off;
            client_body_temp_path body;
            proxy_temp_path proxy;
            fastcgi_temp_path fastcgi;
            uwsgi_temp_path uwsgi;
            scgi_temp_path scgi;
            keepalive_requests 100000;
            server {
                listen 80;
                listen [::]:80;
                listen 443 ssl http2;
                listen [::]:443 ssl http2;
                ssl_certificate %s;
                ssl_certificate_key %s;
                root %s;
                location = /connection { return 200 "$connection $server_protocol"; }
            }
        }
        """
                .formatted(office.certificates().chain(), office.certificates().key(), files);
    }

    @AfterAll
    static void stop() {
        if (office != null) office.close();
    }

    private static String run(Class<?> program) {
        String authority = office.certificates().authority().toString();
        return office.run(LIMIT, program, authority, String.valueOf(REQUESTS)).out();
    }

    private static void assertErrors(String output) {
        assertThat(output)
                .contains("https://other.example/ java.net.UnknownHostException: other.example")
                .containsPattern("https://web.internal:444/ .*Connection refused: ")
                .containsPattern("https://10.9.0.2/ javax.net.ssl.SSL")
                .containsPattern(
                        "//192.0.2.2/ java.net.NoRouteToHostException: .*no peer of office")
                .contains("closed");
    }

    @Test
    void okHttp() {
        String output = run(OkHttpProgram.class);
        assertThat(output)
                .contains("http: " + REQUESTS + " by [HTTP/1.1], connections reused")
                .contains("https: " + REQUESTS + " by [HTTP/1.1], connections reused")
                .contains("h2: " + REQUESTS + " by [HTTP/2.0], connections reused")
                .contains("http/1.1 " + sha256, "h2 " + sha256);
        assertErrors(output);
    }

    @Test
    void httpClient5() {
        String output = run(HttpClientProgram.class);
        assertThat(output)
                .contains("http: " + REQUESTS + " by [HTTP/1.1], connections reused")
                .contains("https: " + REQUESTS + " by [HTTP/1.1], connections reused")
                .contains("large " + sha256);
        assertErrors(output);
    }

    @Test
    void httpsUrlConnectionWithoutASocketOfTheHost() {
        String output = run(HttpsUrlProgram.class);
        assertThat(output)
                .contains("https: " + REQUESTS + " by [HTTP/1.1], connections reused")
                .contains("large " + sha256, "TCP sockets of the host: 0");
        assertErrors(output);
    }
}
