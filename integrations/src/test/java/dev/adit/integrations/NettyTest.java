package dev.adit.integrations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.it.lab.Running;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;

/// Netty on channels in the tunnel, and Netty on Linux's TCP at the other end.
///
/// With `-Dadit.it.long=true`, there are 10,000 connections, which takes as many open files.
class NettyTest {
    private static final boolean LONG = Boolean.getBoolean("adit.it.long");
    private static final int CONNECTIONS = LONG ? 10_000 : 1_000;
    private static final Duration LIMIT = Duration.ofSeconds(LONG ? 240 : 90);

    @TempDir private static Path folder;
    private static Office office;

    @BeforeAll
    static void start() {
        office = Office.start(folder, "echo.internal");
    }

    @AfterAll
    static void stop() {
        if (office != null) office.close();
    }

    private static String all() {
        return "first: %1$d\nat once: %1$d\nclosed: %1$d\n".formatted(CONNECTIONS);
    }

    @Test
    void manyConnectionsGoOut() {
        try (Running server = office.startInside(NettyProgram.class, "serve", "10.9.0.2", "7000")) {
            server.awaitOutput("serving");
            String[] arguments = {"connect", "10.9.0.2", "7000", String.valueOf(CONNECTIONS)};
            assertThat(office.run(LIMIT, NettyProgram.class, arguments).out()).endsWith(all());
        }
    }

    @Test
    void manyConnectionsComeIn() {
        try (Running server = office.start(NettyProgram.class, "serve", "10.9.0.1", "7001")) {
            server.awaitOutput("serving");
            String[] arguments = {"connect", "10.9.0.1", "7001", String.valueOf(CONNECTIONS)};
            try (Running client = office.startInside(NettyProgram.class, arguments)) {
                assertThat(client.outcome(LIMIT).ok().out()).endsWith(all());
            }
        }
    }
}
