package dev.adit.device.text;

import java.nio.charset.StandardCharsets;

/// Hides possible secrets in text that was not understood, such as a private key under a misspelt
/// name or in the wrong section. Stateless.
public final class Redaction {
    /// Returns the text with everything hidden that follows a word for a secret key, and every run
    /// of characters that is long enough for one.
    public static String show(byte[] text, int from, int length) {
        int end = from + length;
        for (String word : SECRET_WORDS) {
            int at = indexOf(text, from, end, word);
            if (at >= 0) end = Math.min(end, endOfName(text, at + word.length(), end));
        }
        int publicKey = startsWith(text, from, end, PUBLIC) ? from + PUBLIC.length() : -1;
        StringBuilder shown = new StringBuilder();
        for (int i = from; i < end; ) {
            int run = i;
            while (run < end && isKeyCharacter(text[run])) run++;
            boolean hidden = run - i >= MIN_SECRET_LENGTH && i != publicKey;
            if (run == i) {
                while (run < end && !isKeyCharacter(text[run])) run++;
            }
            shown.append(hidden ? HIDDEN : new String(text, i, run - i, StandardCharsets.UTF_8));
            i = run;
        }
        return end < from + length ? shown.append(HIDDEN).toString() : shown.toString();
    }

    /// Shows text that should have been a public key, without the part behind the `=` that ends a
    /// key, and not at all when it is too long: a secret key from the next line may be in it. A few
    /// characters behind the `=` are a typing error and are shown.
    public static String showPublicKey(String value) {
        int equals = value.indexOf('=');
        String key = equals < 0 ? value : value.substring(0, equals + 1);
        String rest = value.substring(key.length());
        if (key.length() > PUBLIC_LENGTH) return HIDDEN;
        return rest.replace("=", "").length() > MAX_SLIP ? key + HIDDEN : value;
    }

    /// The end of a key's name, its `=` included, when `at` is behind its first word.
    private static int endOfName(byte[] text, int at, int end) {
        if (at < end && text[at] == '_') at++;
        if (startsWith(text, at, end, "key")) at += 3;
        if (at < end && text[at] == '=') at++;
        return at;
    }

    private static int indexOf(byte[] text, int from, int end, String word) {
        for (int i = from; i < end; i++) {
            if (startsWith(text, i, end, word)) return i;
        }
        return -1;
    }

    /// True when `text` at `from` begins with `word`, which is in lower case, ignoring case.
    private static boolean startsWith(byte[] text, int from, int end, String word) {
        if (end - from < word.length()) return false;
        for (int i = 0; i < word.length(); i++) {
            if (Character.toLowerCase(text[from + i]) != word.charAt(i)) return false;
        }
        return true;
    }

    private static boolean isKeyCharacter(byte c) {
        return (c >= '0' && c <= '9')
                || (c >= 'A' && c <= 'Z')
                || (c >= 'a' && c <= 'z')
                || c == '+'
                || c == '/';
    }

    public static final String HIDDEN = "(hidden)";

    private static final String[] SECRET_WORDS = {"private", "preshared"};
    private static final String PUBLIC = "publickey=";
    private static final int PUBLIC_LENGTH = 44;
    private static final int MAX_SLIP = 4; // characters, 24 bits of a key
    private static final int MIN_SECRET_LENGTH = 40; // of the 43 that base64 needs

    private Redaction() {}
}
