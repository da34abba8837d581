package dev.adit.tools.daemon;

import dev.adit.tools.log.LogOutput;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// Whoever started this program: the launcher that waits for a daemon to be ready, or nobody who
/// waits. Confined to the main thread.
///
/// The launcher reads this program's standard error to its end; the last word there counts. The JDK
/// turns a closed standard stream into /dev/null, which is what a daemon wants.
final class ParentProcess {
    private final OutputStream report;
    private final LogOutput console;
    private final boolean keepsOutput;

    /// @param report what the launcher reads, or null when nobody waits
    /// @param console what logs to the caller's standard output
    ParentProcess(OutputStream report, LogOutput console, Map<String, String> environment) {
        this.report = report;
        this.console = console;
        String logLevel = environment.getOrDefault("LOG_LEVEL", "");
        this.keepsOutput = !logLevel.isEmpty() && !logLevel.equals("silent");
    }

    /// Says that the interface is there, and lets go of the caller.
    ///
    /// @throws IOException when the caller is no longer there, and wants no interface any more
    void ready() throws IOException {
        if (report == null) return;
        if (!keepsOutput) console.letGo();
        try (report) {
            say("ready");
        }
    }

    /// Says that there will be no interface, and that the log tells why. The launcher waits on,
    /// until this program has ended and nothing of it is left.
    void failed() {
        if (report == null) return;
        try {
            say("failed");
        } catch (IOException e) {
            // Then nobody waits.
        }
    }

    private void say(String word) throws IOException {
        report.write((word + "\n").getBytes(StandardCharsets.US_ASCII));
    }
}
