package dev.adit.device.config;

import java.nio.charset.StandardCharsets;

/// What the description of a peer may be: its name among people. Stateless.
///
/// It is one line on the configuration socket and on a terminal, so it has no control characters.
public final class Descriptions {
    /// What [#isValid] demands, for people.
    public static final String RULE = "is longer than 64 bytes or has control characters";

    /// Whether a peer can have this description; the empty one says that it has none.
    public static boolean isValid(String text) {
        // A lone surrogate becomes a question mark, which would not come back as it was.
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return utf8.length <= MAX_BYTES
                && new String(utf8, StandardCharsets.UTF_8).equals(text)
                && text.codePoints().noneMatch(Descriptions::isControl);
    }

    /// Control characters, and those that begin a line or turn the direction of writing.
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

    /// Bytes of the longest description, in UTF-8.
    public static final int MAX_BYTES = 64;

    private Descriptions() {}
}
