package dev.adit.tools.netbsd;

import java.nio.charset.StandardCharsets;

/// Lengths as NetBSD counts them: in bytes of UTF-8. Stateless.
final class Utf8Length {
    /// The longest name of an interface or a peer.
    static final int MAX_NAME = 16;

    static int of(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private Utf8Length() {}
}
