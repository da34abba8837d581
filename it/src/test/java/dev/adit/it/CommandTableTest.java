package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import dev.adit.it.lab.CommandRow;
import dev.adit.it.lab.CommandTableRunner;
import dev.adit.it.lab.CommandTableRunner.Result;
import dev.adit.it.lab.Software;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// Whoever calls ours `wg` cannot tell it from the installed one: the same bytes on both streams,
/// the same exit status, the same configuration afterwards, for every row of the tables in
/// `src/test/resources/commands`.
class CommandTableTest {
    private static final List<CommandRow> ROWS = CommandRow.all();
    private static final int RUNNERS = 2;
    private static final BlockingQueue<CommandTableRunner> FREE = new LinkedBlockingQueue<>();
    private static final Map<CommandRow, Future<String>> VERDICTS = new ConcurrentHashMap<>();
    private static ExecutorService runners;

    @BeforeAll
    static void start() {
        Software daemon = Software.subject().required();
        Software.requireTool("setpriv");
        Path ours = Path.of(System.getProperty("adit.root"), "adit").normalize();
        for (int i = 0; i < RUNNERS; i++) FREE.add(new CommandTableRunner(daemon, ours));
        runners = Executors.newFixedThreadPool(RUNNERS);
        for (CommandRow row : ROWS) VERDICTS.put(row, runners.submit(() -> verdict(row)));
    }

    @AfterAll
    static void stop() {
        if (runners != null) runners.shutdownNow();
        FREE.forEach(CommandTableRunner::close);
    }

    @Test
    void theTablesAreLong() {
        assertThat(ROWS).hasSizeGreaterThanOrEqualTo(150).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void doesTheSame(CommandRow row) throws Exception {
        String verdict = VERDICTS.get(row).get();
        if (!verdict.isEmpty()) fail(verdict);
    }

    static List<CommandRow> rows() {
        return ROWS;
    }

    /// Nothing when both did the same, else what each did.
    private static String verdict(CommandRow row) throws InterruptedException {
        CommandTableRunner runner = FREE.take();
        try {
            Result expected = null, actual = null;
            long start = 0;
            // What shows the time differs when a second ends between the two, which on a busy
            // machine may happen each time.
            for (int i = 0; i < 3; i++) {
                start = System.nanoTime();
                expected = runner.expected(row.expected());
                actual = runner.actual(row.script());
                if (actual.sameAs(expected)) return "";
            }
            long passed = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start) + 1;
            return actual.sameAs(expected, passed) ? "" : Result.difference(expected, actual);
        } finally {
            FREE.add(runner);
        }
    }
}
