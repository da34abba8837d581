package dev.adit.integrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adit.it.lab.Await;
import dev.adit.it.lab.Command;
import dev.adit.it.lab.Outcome;
import dev.adit.it.lab.Running;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// PostgreSQL's JDBC driver with Debian's server behind the tunnel; only the URL knows of it.
///
/// With `-Dadit.it.long=true`, 1 GB is copied each way.
class PostgresTest {
    private static final boolean LONG = Boolean.getBoolean("adit.it.long");
    private static final long BYTES = LONG ? 1_000_000_000L : 30_000_000L;
    private static final Duration LIMIT = Duration.ofSeconds(LONG ? 300 : 60);

    @TempDir private static Path folder;
    private static Office office;
    private static Path bin; // PostgreSQL's programs
    private static Running server;

    @BeforeAll
    static void start() throws Exception {
        bin = programs();
        office = Office.start(folder, "db.internal");
        Path data = Files.createDirectory(office.file("data"));
        Command.of("chown", "postgres:", data.toString()).run().ok();
        asPostgres(bin + "/initdb", "-D", data.toString(), "-A", "trust", "--no-sync").run().ok();
        configure(data);
        startServer();
    }

    /// The folder of the newest PostgreSQL that Debian's packages have installed.
    private static Path programs() throws Exception {
        Path versions = Path.of("/usr/lib/postgresql");
        assumeTrue(Files.isDirectory(versions), "no PostgreSQL in " + versions);
        try (Stream<Path> all = Files.list(versions)) {
            return all.map(version -> version.resolve("bin"))
                    .filter(folder -> Files.isExecutable(folder.resolve("postgres")))
                    .max(Comparator.naturalOrder())
                    .orElseThrow(() -> new TestAbortedException("no server in " + versions));
        }
    }

    @AfterAll
    static void stop() {
        if (office != null) office.close();
    }

    private static void configure(Path data) throws Exception {
        Path key = data.resolve("server.key");
        String owned = "install -o postgres -m 600 " + office.certificates().key() + " " + key;
        Command.of(owned.split(" ")).run().ok();
        Files.writeString(
                data.resolve("postgresql.conf"),
                """
                listen_addresses = '*'
                unix_socket_directories = ''
                max_connections = 100
                fsync = off
                ssl = on
                ssl_cert_file = '%s'
                ssl_key_file = '%s'
                """
                        .formatted(office.certificates().chain(), key));
        Files.writeString(
                data.resolve("pg_hba.conf"),
                "host all all 10.9.0.1/32 trust\nhost all all fd09::1/128 trust\n");
    }

    private static void startServer() {
        String postgres = bin + "/postgres";
        String[] argv =
                asPostgres(postgres, "-D", office.file("data").toString())
                        .argv()
                        .toArray(String[]::new);
        server = office.serve(argv);
        Await.until(
                () -> "the database is ready: " + server.output(),
                Duration.ofSeconds(30),
                () -> server.output().contains("ready to accept connections"));
    }

    private static Command asPostgres(String... argv) {
        List<String> all = new ArrayList<>(List.of("setpriv", "--reuid=postgres"));
        all.addAll(List.of("--regid=postgres", "--clear-groups"));
        all.addAll(List.of(argv));
        return Command.of(all);
    }

    @Test
    void theExampleAsksTheDatabase() throws Exception {
        String url = "jdbc:postgresql://db.internal/postgres?user=postgres";
        String query = "SELECT n FROM generate_series(1, 3) n";
        assertThat(office.runExample("QueryDatabase", url, query).out()).isEqualTo("1\n2\n3\n");
    }

    @Test
    void copiesBothWays() {
        Outcome outcome = office.run(LIMIT, PostgresProgram.class, "copy", String.valueOf(BYTES));
        assertThat(outcome.out()).contains("rows: " + (BYTES + 1024) / 1025, "the same: ");
    }

    @Test
    void encryptsAndChecksTheName() {
        String ca = office.certificates().authority().toString();
        Outcome outcome = office.run(LIMIT, PostgresProgram.class, "tls", ca);
        assertThat(outcome.out()).contains("encrypted: TLSv1.3", "refused: ", "10.9.0.2");
    }

    @Test
    void theJvmNeedsNoResolver() {
        String ca = office.certificates().authority().toString();
        Outcome outcome =
                office.start(
                                Map.of("JAVA_TOOL_OPTIONS", "-Djdk.net.hosts.file=/dev/null"),
                                PostgresProgram.class,
                                "tls",
                                ca)
                        .outcome(LIMIT)
                        .ok();
        assertThat(outcome.out()).contains("encrypted: TLSv1.3");
    }

    @Test
    void fiftyConnectionsWorkAtOnce() {
        Outcome outcome = office.run(LIMIT, PostgresProgram.class, "pool", "50");
        assertThat(outcome.out()).contains("at work at once: 50");
    }

    @Test
    void aStatementIsCancelled() {
        Outcome outcome = office.run(LIMIT, PostgresProgram.class, "cancel");
        assertThat(outcome.out()).contains("cancelled: 57014", "usable: yes", "timed out: 57014");
    }

    @Test
    void aServerThatEndsIsAnSqlException() {
        Running program = office.start(PostgresProgram.class, "wait", "");
        program.awaitOutput("waiting");
        try {
            Command.of("kill", "-QUIT", String.valueOf(server.pid())).run().ok();
            assertThat(program.outcome(Duration.ofSeconds(10)).ok().out())
                    .containsPattern("ended: (57P01|08006) ");
        } finally {
            server.close();
            startServer();
        }
    }

    @Test
    void aTunnelThatIsGoneIsAnSqlExceptionAfterTheTimeout() {
        Running program = office.start(PostgresProgram.class, "wait", "&socketTimeout=2");
        program.awaitOutput("waiting");
        office.cut();
        try {
            assertThat(program.outcome(Duration.ofSeconds(20)).ok().out())
                    .contains("ended: 08006 ", "java.net.SocketTimeoutException: Read timed out");
        } finally {
            office.mend();
        }
    }
}
