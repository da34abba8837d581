package dev.adit.os.ffi;

import java.lang.foreign.MemorySegment;

/// Checks that Java lets this module call native functions. Stateless.
public final class NativeAccess {
    /// Tries the cheapest restricted call: Java also allows those, with a warning, where access was
    /// not granted, so asking the module would not tell.
    ///
    /// @throws IllegalStateException where Java is configured to deny native access
    @SuppressWarnings("restricted")
    public static void require() {
        try {
            MemorySegment.NULL.reinterpret(0);
        } catch (IllegalCallerException e) {
            Module module = NativeAccess.class.getModule();
            String name = module.isNamed() ? module.getName() : "ALL-UNNAMED";
            throw new IllegalStateException(
                    "Java denies native access, which is needed for TUN and UDP on this"
                            + " system: run it with --enable-native-access="
                            + name,
                    e);
        }
    }

    private NativeAccess() {}
}
