package dev.adit.integrations;

import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// What a program does with PostgreSQL's driver, which makes its sockets by the factory's name:
/// `FILE WHAT ARGUMENT`. Fails with an exception, else prints what it has seen.
public final class PostgresProgram {
    public static void main(String[] args) throws Exception {
        String url = url(Path.of(args[0]));
        switch (args[1]) {
            case "copy" -> copy(url, Long.parseLong(args[2]));
            case "tls" -> tls(url, args[2]);
            case "pool" -> pool(url, Integer.parseInt(args[2]));
            case "cancel" -> cancel(url);
            default -> waitForever(url + args[2]);
        }
    }

    private static String url(Path conf) {
        return "jdbc:postgresql://db.internal/postgres?user=postgres"
                + "&socketFactory=dev.adit.net.WireGuardSocketFactory&socketFactoryArg="
                + conf;
    }

    // ---- copy

    private static void copy(String url, long bytes) throws Exception {
        try (Connection connection = DriverManager.getConnection(url + "&sslmode=disable");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE UNLOGGED TABLE lines (line text)");
            CopyManager copies = connection.unwrap(PGConnection.class).getCopyAPI();
            MessageDigest in = MessageDigest.getInstance("SHA-256");
            long rows;
            try (InputStream lines = new DigestInputStream(new Lines(bytes), in)) {
                rows = copies.copyIn("COPY lines FROM STDIN", lines, 1 << 16);
            }
            System.out.println("rows: " + rows);
            MessageDigest out = MessageDigest.getInstance("SHA-256");
            OutputStream nowhere = OutputStream.nullOutputStream();
            copies.copyOut("COPY lines TO STDOUT", new DigestOutputStream(nowhere, out));
            byte[] sent = in.digest();
            if (!Arrays.equals(sent, out.digest())) throw new SQLException("other bytes came back");
            System.out.println("the same: " + HexFormat.of().formatHex(sent));
        }
    }

    // ---- TLS

    private static void tls(String url, String authority) throws Exception {
        String verified = url + "&sslmode=verify-full&sslrootcert=" + authority;
        try (Connection connection = DriverManager.getConnection(verified)) {
            String query = "SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
            System.out.println("encrypted: " + one(connection, query));
        }
        try (Connection other =
                DriverManager.getConnection(verified.replace("db.internal", "10.9.0.2"))) {
            System.out.println("the wrong name is accepted: " + other);
        } catch (SQLException e) {
            System.out.println("refused: " + e.getMessage());
        }
    }

    private static String one(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(query)) {
            found.next();
            return found.getString(1);
        }
    }

    // ---- a pool

    private static void pool(String url, int size) throws Exception {
        String named = url + "&ApplicationName=pool";
        CyclicBarrier all = new CyclicBarrier(size);
        List<Future<String>> threads = new ArrayList<>();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < size; i++) threads.add(executor.submit(() -> worker(named, all)));
            for (Future<String> thread : threads) {
                if (!thread.get().equals(String.valueOf(size))) {
                    throw new SQLException("connections: " + thread.get());
                }
            }
        }
        System.out.println("at work at once: " + threads.size());
    }

    /// One connection of the pool: queries while all others are open, and how many those are.
    private static String worker(String url, CyclicBarrier all) throws Exception {
        try (Connection connection = DriverManager.getConnection(url)) {
            all.await(60, TimeUnit.SECONDS);
            String count = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pool'";
            String open = one(connection, count);
            for (int i = 0; i < QUERIES; i++) {
                String sum = one(connection, "SELECT sum(n) FROM generate_series(1, 1000) n");
                if (!sum.equals("500500")) throw new SQLException("sum: " + sum);
            }
            all.await(60, TimeUnit.SECONDS);
            return open;
        }
    }

    // ---- cancel

    private static void cancel(String url) throws Exception {
        String named = url + "&ApplicationName=sleeper";
        try (Connection sleeper = DriverManager.getConnection(named);
                Connection watcher = DriverManager.getConnection(url);
                Statement sleep = sleeper.createStatement()) {
            Thread other = Thread.ofVirtual().start(() -> cancelWhenAsleep(watcher, sleep));
            try {
                sleep.execute("SELECT pg_sleep(600)");
                throw new IllegalStateException("not cancelled");
            } catch (SQLException e) {
                System.out.println("cancelled: " + e.getSQLState());
            }
            other.join();
            System.out.println("usable: " + one(sleeper, "SELECT 'yes'"));
            sleep.setQueryTimeout(1);
            try {
                sleep.execute("SELECT pg_sleep(600)");
            } catch (SQLException e) {
                System.out.println("timed out: " + e.getSQLState());
            }
        }
    }

    private static void cancelWhenAsleep(Connection watcher, Statement sleep) {
        String asleep =
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'sleeper'"
                        + " AND wait_event = 'PgSleep'";
        try {
            while (one(watcher, asleep).equals("0")) Thread.onSpinWait();
            sleep.cancel();
        } catch (SQLException e) {
            System.out.println("cancel failed: " + e);
        }
    }

    // ---- an end in the middle

    private static void waitForever(String url) throws Exception {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            System.out.println("waiting");
            statement.execute("SELECT pg_sleep(600)");
        } catch (SQLException e) {
            System.out.println("ended: " + e.getSQLState() + " " + e + " " + e.getCause());
        }
    }

    private static final int QUERIES = 20;

    private PostgresProgram() {}
}
