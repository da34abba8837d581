package dev.adit.tools.daemon;

import dev.adit.tools.log.LogOutput;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// The process that started the daemon and may be waiting for it to become ready. Confined to the
/// main thread.
///
/// The launcher reads this program's standard error to its end; the last word there counts. The JDK
/// replaces a closed standard stream by /dev/null, which suits a daemon.
final class ParentProcess {
    private final @Nullable OutputStream report;
    private final LogOutput console;
    private final boolean keepsOutput;

    /// @param report the stream that the launcher reads, or null when it does not wait
    /// @param console the log to the parent's standard output
    ParentProcess(
            @Nullable OutputStream report, LogOutput console, Map<String, String> environment) {
        this.report = report;
        this.console = console;
        String logLevel = environment.getOrDefault("LOG_LEVEL", "");
        this.keepsOutput = !logLevel.isEmpty() && !logLevel.equals("silent");
    }

    /// Reports that the interface is ready, and releases the parent's streams.
    ///
    /// @throws IOException when the parent has gone, and does not want the interface any more
    void ready() throws IOException {
        if (report == null) return;
        if (!keepsOutput) console.letGo();
        try (report) {
            say(report, "ready");
        }
    }

    /// Reports that there will be no interface, and that the log has the reason. The launcher goes
    /// on waiting until this program has ended completely.
    void failed() {
        if (report == null) return;
        try {
            say(report, "failed");
        } catch (IOException e) {
            // Then the parent does not wait.
        }
    }

    private static void say(OutputStream report, String word) throws IOException {
        report.write((word + "\n").getBytes(StandardCharsets.US_ASCII));
    }
}
