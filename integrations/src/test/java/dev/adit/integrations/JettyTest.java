package dev.adit.integrations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.it.lab.Running;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;

/// Jetty serving on an address in the tunnel, and the JDK's HTTP client at the other end.
class JettyTest {
    private static final int REQUESTS = Boolean.getBoolean("adit.it.long") ? 10_000 : 1_000;
    private static final Duration LIMIT = Duration.ofSeconds(120);

    @TempDir private static Path folder;
    private static Office office;

    @BeforeAll
    static void start() {
        office = Office.start(folder, "web.internal");
    }

    @AfterAll
    static void stop() {
        if (office != null) office.close();
    }

    @Test
    void servesManyRequestsAndLargeBodies() {
        try (Running server = office.start(JettyProgram.class, "serve", "10.9.0.1", "8080")) {
            server.awaitOutput("serving");
            String[] arguments = {"ask", "http://10.9.0.1:8080/", String.valueOf(REQUESTS)};
            try (Running client = office.startInside(JettyProgram.class, arguments)) {
                assertThat(client.outcome(LIMIT).ok().out())
                        .endsWith("small: " + REQUESTS + "\nlarge: 20000000\n");
            }
        }
    }
}
