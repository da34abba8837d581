package dev.adit.tools.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

class ConsoleLoggerTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @ParameterizedTest
    @CsvSource({
        "verbose, VERBOSE",
        "debug, VERBOSE",
        "info, INFO",
        "error, ERROR",
        "silent, SILENT",
        "Verbose, ERROR",
        "'', ERROR",
        ", ERROR"
    })
    void takesItsVerbosityFromTheEnvironment(String logLevel, Verbosity verbosity) {
        assertThat(Verbosity.of(logLevel)).isEqualTo(verbosity);
    }

    @ParameterizedTest
    @CsvSource({
        "VERBOSE,DEBUG INFO WARNING ERROR",
        "INFO,INFO WARNING ERROR",
        "ERROR,WARNING ERROR",
        "SILENT,''"
    })
    void showsWhatItsVerbosityAllows(Verbosity verbosity, String shown) {
        Logger logger = logger(out, verbosity);
        List<String> levels = new ArrayList<>();
        for (Level level : Level.values()) {
            boolean written = writes(logger, level);
            assertThat(logger.isLoggable(level)).as("%s", level).isEqualTo(written);
            if (written) levels.add(level.name());
        }
        assertThat(String.join(" ", levels)).isEqualTo(shown);
    }

    private boolean writes(Logger logger, Level level) {
        int before = out.size();
        logger.log(level, "text");
        return out.size() > before;
    }

    @Test
    void fillsInValuesAndAddsFailures() {
        Logger logger = logger(out, Verbosity.VERBOSE);
        logger.log(Level.ERROR, "no values: it''s {0}");
        logger.log(Level.ERROR, "{0}: it''s {1}", "wg0", 1);
        logger.log(Level.ERROR, "Trouble", new IOException("disk full"));
        logger.log(Level.ERROR, (String) null);
        assertThat(text().lines().map(line -> line.substring(line.indexOf("wg0: ") + 5)))
                .containsExactly(
                        "no values: it''s {0}", "wg0: it's 1", "Trouble: disk full", "null");
    }

    @Test
    @Timeout(60)
    void doesNotMixTheLinesOfThreads() throws InterruptedException {
        Logger logger = logger(out, Verbosity.VERBOSE);
        CountDownLatch start = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String text = Character.toString('a' + i).repeat(200);
            threads.add(
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        await(start);
                                        for (int n = 0; n < 500; n++) logger.log(Level.DEBUG, text);
                                    }));
        }
        start.countDown();
        for (Thread thread : threads) thread.join();
        assertThat(text().lines())
                .hasSize(4000)
                .allMatch(line -> line.matches("DEBUG: \\S+ \\S+ wg0: (.)\\1{199}"));
    }

    @Test
    void writesEachLineAtOnce() {
        List<Integer> writes = new ArrayList<>();
        OutputStream counting =
                new OutputStream() {
                    @Override
                    public void write(int b) {
                        writes.add(1);
                    }

                    @Override
                    public void write(byte[] bytes, int from, int length) {
                        writes.add(length);
                    }
                };
        logger(counting, Verbosity.VERBOSE).log(Level.DEBUG, "text");
        assertThat(writes).containsExactly("DEBUG: 2026/01/02 15:04:05 wg0: text\n".length());
    }

    @Test
    void survivesAFullDisk() {
        OutputStream full =
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("No space left on device");
                    }
                };
        logger(full, Verbosity.VERBOSE).log(Level.ERROR, "text");
    }

    @Test
    void logsElsewhereOnceItWasRedirected() {
        LogOutput console = new LogOutput(out, Verbosity.VERBOSE);
        Logger logger = new ConsoleLogger("wg0", console);
        ByteArrayOutputStream elsewhere = new ByteArrayOutputStream();
        console.redirect(elsewhere);
        logger.log(Level.ERROR, "text");
        assertThat(out.size()).isZero();
        assertThat(elsewhere.toString(StandardCharsets.UTF_8)).contains("text");
    }

    @Test
    void saysNothingOnceItLetGo() {
        LogOutput console = new LogOutput(out, Verbosity.VERBOSE);
        Logger logger = new ConsoleLogger("wg0", console);
        console.letGo();
        logger.log(Level.ERROR, "text");
        assertThat(out.size()).isZero();
        assertThat(logger.isLoggable(Level.ERROR)).isFalse();
    }

    @Test
    void writesToAFileWhatIsAskedForOnceItLetGo(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("logs").resolve("wg0.log");
        LogOutput console = new LogOutput(out, Verbosity.ERROR);
        console.keep(file);
        Logger logger = new ConsoleLogger("wg0", console);
        Logger asked = new ConsoleLogger("wg0", console, true);
        console.letGo();
        logger.log(Level.ERROR, "nobody asked");
        logger.log(Level.INFO, "nor for this");
        assertThat(file).doesNotExist();
        asked.log(Level.INFO, "asked for");
        logger.log(Level.ERROR, "too");
        logger.log(Level.DEBUG, "not this");
        assertThat(out.size()).isZero();
        assertThat(file)
                .content()
                .matches("DEBUG: \\S+ \\S+ wg0: asked for\nERROR: \\S+ \\S+ wg0: too\n");
        assertThat(Files.getPosixFilePermissions(file))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(Files.getPosixFilePermissions(file.getParent()))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void writesThroughNoLink(@TempDir Path folder) throws IOException {
        Path other = Files.createFile(folder.resolve("passwd"));
        Path logs = Files.createDirectory(folder.resolve("logs"));
        Files.createSymbolicLink(logs.resolve("wg0.log"), other);
        write(logs.resolve("wg0.log"));
        Path linked = Files.createSymbolicLink(folder.resolve("linked"), folder);
        write(linked.resolve("passwd"));
        assertThat(other).isEmptyFile();
    }

    @Test
    void writesToNoFolderThatOthersMayWriteTo(@TempDir Path folder) throws IOException {
        Path shared = Files.createDirectory(folder.resolve("shared"));
        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwx---"));
        write(shared.resolve("wg0.log"));
        assertThat(shared).isEmptyDirectory();
        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxr-xr-x"));
        write(shared.resolve("wg0.log"));
        assertThat(shared.resolve("wg0.log")).content().isEqualTo("line\n");
    }

    private static void write(Path file) {
        new LogFile(file).write("line\n".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void showsWhatIsAskedForAtRunTimeHoweverQuietItIs() {
        Logger asked = new ConsoleLogger("wg0", new LogOutput(out, Verbosity.SILENT), true);
        asked.log(Level.INFO, "asked for");
        assertThat(text()).matches("DEBUG: \\S+ \\S+ wg0: asked for\n");
    }

    @Test
    void keepsTheLogFileSmall(@TempDir Path folder) throws IOException {
        LogFile log = new LogFile(folder.resolve("wg0.log"));
        byte[] line = "x".repeat(1 << 18).getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < 9; i++) log.write(line);
        assertThat(folder.resolve("wg0.log")).hasSize(1 << 18);
        assertThat(folder.resolve("wg0.log.old")).hasSize(1 << 20);
    }

    @Test
    void beginsALogFileAnewAsSoonAsItCan(@TempDir Path folder) throws IOException {
        Path logs = Files.createDirectory(folder.resolve("logs"));
        LogFile log = new LogFile(logs.resolve("wg0.log"));
        byte[] line = "x".repeat(1 << 19).getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < 2; i++) log.write(line);
        Files.move(logs, folder.resolve("away"));
        Files.createFile(logs); // in which no file can be opened
        log.write(line);
        assertThat(log.isOpen()).isTrue();
        Files.delete(logs);
        Files.move(folder.resolve("away"), logs);
        for (int i = 0; i < 2; i++) log.write(line);
        assertThat(logs.resolve("wg0.log")).isNotEmptyFile();
        Files.delete(logs.resolve("wg0.log"));
        for (int i = 0; i < 3; i++) log.write(line);
        assertThat(logs.resolve("wg0.log")).hasSize(1 << 19);
    }

    @Test
    void namesLoggersAfterTheInterface() {
        ConsoleLoggerFinder finder = new ConsoleLoggerFinder();
        Module module = getClass().getModule();
        assertThat(finder.getLogger("adit.wg0", module).getName()).isEqualTo("wg0");
        assertThat(finder.getLogger("adit.debug.wg0", module).getName()).isEqualTo("wg0");
        assertThat(finder.getLogger("dev.adit.device.uapi", module).getName()).isEqualTo("uapi");
    }

    @Test
    void keepsTheJdkQuiet() {
        Logger logger = new ConsoleLoggerFinder().getLogger("java.lang.Runtime", null);
        assertThat(logger.isLoggable(Level.ERROR)).isFalse();
    }

    private String text() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private static Logger logger(OutputStream out, Verbosity verbosity) {
        return new ConsoleLogger("wg0", new LogOutput(out, verbosity));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
