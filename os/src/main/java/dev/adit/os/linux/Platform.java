package dev.adit.os.linux;

import dev.adit.os.ffi.NativeAccess;

/// Checks that this code supports the system it runs on, and may use it. Stateless.
final class Platform {
    /// @throws IllegalStateException on another system than Linux on x86-64 or aarch64, and where
    ///   Java is configured to deny native access
    static void requireLinux() {
        String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
        if (!supports(system)) {
            throw new IllegalStateException(
                    "this platform is for Linux on amd64 or aarch64, not for " + system);
        }
        NativeAccess.require();
    }

    static boolean supports(String system) {
        return system.equals("Linux amd64") || system.equals("Linux aarch64");
    }

    private Platform() {}
}
