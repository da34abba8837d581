package dev.adit.device.config;

import java.nio.charset.StandardCharsets;

/// Checks peer descriptions, the human-readable names of peers. Stateless.
///
/// A description is one line on the configuration socket and on a terminal, so it has no control
/// characters.
public final class PeerDescription {
    /// The rule of [#isValid], for people.
    public static final String RULE = "is longer than 64 bytes or has control characters";

    /// True when a peer can have this description; the empty one means none.
    public static boolean isValid(String text) {
        // A lone surrogate would be replaced by a question mark, and not be read back as it was.
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return utf8.length <= MAX_BYTES
                && new String(utf8, StandardCharsets.UTF_8).equals(text)
                && text.codePoints().noneMatch(PeerDescription::isControl);
    }

    /// True for control characters, and for those that separate lines or change the writing
    /// direction.
    private static boolean isControl(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    true;
            default -> false;
        };
    }

    /// Maximum length of a description, in bytes of UTF-8.
    public static final int MAX_BYTES = 64;

    private PeerDescription() {}
}
