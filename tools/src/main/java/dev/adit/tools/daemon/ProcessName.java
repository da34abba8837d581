package dev.adit.tools.daemon;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// Sets the name of this process in ps(1), top(1), pgrep(1) and `ss -p`. Stateless.
///
/// Usually the launcher sets it by the name of the link through which it starts Java; this is for
/// when it has no link to that JDK.
final class ProcessName {
    /// Sets the name, if the system supports that.
    static void set(String name) {
        try (FileOutputStream comm = new FileOutputStream("/proc/self/comm")) {
            comm.write(name.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            // Then the name is java.
        }
    }

    private ProcessName() {}
}
