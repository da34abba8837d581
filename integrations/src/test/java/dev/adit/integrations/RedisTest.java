package dev.adit.integrations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.it.lab.Command;
import dev.adit.it.lab.Running;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// Jedis with Debian's Redis behind the tunnel.
class RedisTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir private static Path folder;
    private static Office office;
    private static Running server;

    @BeforeAll
    static void start() throws Exception {
        office = Office.start(folder, "cache.internal");
        Files.createDirectory(office.file("redis"));
        startServer();
    }

    private static void startServer() {
        Certificates certificates = office.certificates();
        String options =
                "redis-server --port 6379 --bind * -::* --protected-mode no --save --dir %s"
                        + " --enable-debug-command yes --tls-port 6380 --tls-auth-clients no"
                        + " --tls-ca-cert-file %s --tls-cert-file %s --tls-key-file %s";
        server =
                office.serve(
                        options.formatted(
                                        office.file("redis"),
                                        certificates.authority(),
                                        certificates.chain(),
                                        certificates.key())
                                .split(" "));
        office.inside().awaitTcpPort(6380);
    }

    @AfterAll
    static void stop() {
        if (office != null) office.close();
    }

    private static String run(String... arguments) {
        return office.run(LIMIT, RedisProgram.class, arguments).out();
    }

    @Test
    void commandsAndPipelines() {
        assertThat(run("commands"))
                .contains("got: hello from inside", "large: 10000000", "pipelined: 10000");
    }

    @Test
    void encrypts() {
        assertThat(run("tls", office.certificates().authority().toString()))
                .contains("encrypted: PONG");
    }

    @Test
    void aPoolServesManyThreads() {
        assertThat(run("pool", "50")).contains("counted: 5000");
    }

    @Test
    void aSubscriberHearsEverything() {
        assertThat(run("subscribe")).contains("heard: 1001 message 999");
    }

    @Test
    void blockingCallsEndInTime() {
        assertThat(run("block"))
                .contains(
                        "nothing: null\n",
                        "popped: [queue, item]",
                        "timed out: java.net.SocketTimeoutException: Read timed out");
    }

    @Test
    void aServerThatEndsIsAConnectionException() {
        Running program = office.start(RedisProgram.class, "wait");
        program.awaitOutput("waiting PONG");
        try {
            Command.of("kill", "-KILL", String.valueOf(server.pid())).run().ok();
            assertThat(program.outcome(Duration.ofSeconds(10)).ok().out())
                    .contains("ended: redis.clients.jedis.exceptions.JedisConnectionException");
        } finally {
            server.close();
            startServer();
        }
    }
}
