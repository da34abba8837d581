package dev.adit.device.uapi;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// The wg(8) that is installed here.
final class WgTool {
    /// Skips the test when wg(8) or the right to make its sockets is missing.
    static void assumePresent() {
        assumeTrue(isInstalled("wg"), "wg is not installed");
        assumeTrue(isRoot(), "needs root for " + UapiSocket.DIRECTORY);
    }

    static boolean isInstalled(String program) {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    static boolean isRoot() {
        try {
            return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /// A name of an interface that nobody else has.
    static String uniqueName() {
        return "adit" + UUID.randomUUID().toString().substring(0, 8);
    }

    /// What a run of wg(8) left.
    record Result(int status, String output, String errors) {
        List<String> errorLines() {
            return errors.lines().toList();
        }
    }

    static Result wg(String... arguments) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("wg");
        builder.command().addAll(List.of(arguments));
        builder.environment().put("WG_ENDPOINT_RESOLUTION_RETRIES", "0");
        builder.environment().put("LC_ALL", "C");
        Path errors = Files.createTempFile("adit", ".err");
        try {
            Process wg = builder.redirectError(errors.toFile()).start();
            wg.getOutputStream().close();
            String output = new String(wg.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!wg.waitFor(60, TimeUnit.SECONDS)) wg.destroyForcibly();
            return new Result(wg.waitFor(), output, Files.readString(errors));
        } finally {
            Files.delete(errors);
        }
    }

    private WgTool() {}
}
