package dev.adit.proxy;

import dev.adit.device.secret.SecretFile;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// The users of a proxy, from a file with a line `NAME:PASSWORD` for each; empty lines and those
/// that begin with `#` are left out. Of the passwords salted hashes are kept. Immutable.
public final class UsersFile {
    private final byte[] salt = new byte[16];
    private final Map<String, byte[]> hashes = new HashMap<>(); // by name

    private UsersFile() {
        new SecureRandom().nextBytes(salt);
    }

    /// Reads a file.
    ///
    /// @throws IOException when it cannot be read, or a line is none; the message has the line
    public static UsersFile read(Path file) throws IOException {
        byte[] text = SecretFile.read(file);
        try {
            UsersFile users = new UsersFile();
            users.parse(text, file);
            return users;
        } finally {
            Arrays.fill(text, (byte) 0);
        }
    }

    /// One user.
    ///
    /// @param password erased
    static UsersFile of(String name, byte[] password) {
        UsersFile users = new UsersFile();
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        String key = new String(bytes, StandardCharsets.ISO_8859_1);
        users.hashes.put(key, users.hash(password, 0, password.length));
        Arrays.fill(password, (byte) 0);
        return users;
    }

    private void parse(byte[] text, Path file) throws IOException {
        int line = 1;
        for (int from = 0; from < text.length; line++) {
            int end = from;
            while (end < text.length && text[end] != '\n') end++;
            int length = end > from && text[end - 1] == '\r' ? end - 1 - from : end - from;
            if (length > 0 && text[from] != '#') {
                if (!add(text, from, from + length)) {
                    throw new IOException(file + ":" + line + ": not NAME:PASSWORD");
                }
            }
            from = end + 1;
        }
        if (hashes.isEmpty()) throw new IOException(file + ": there are no users");
    }

    /// Adds the user of a line; false when it is none, or the name is there already.
    private boolean add(byte[] text, int from, int to) {
        int colon = from;
        while (colon < to && text[colon] != ':') colon++;
        int name = colon - from, password = to - colon - 1;
        if (name < 1 || name > MOST_BYTES || password < 1 || password > MOST_BYTES) return false;
        String key = new String(text, from, name, StandardCharsets.ISO_8859_1);
        return hashes.putIfAbsent(key, hash(text, colon + 1, password)) == null;
    }

    /// True for a user with that password. Erases `password`.
    boolean check(byte[] name, byte[] password) {
        byte[] given = hash(password, 0, password.length);
        Arrays.fill(password, (byte) 0);
        byte[] right = hashes.get(new String(name, StandardCharsets.ISO_8859_1));
        return MessageDigest.isEqual(given, right == null ? new byte[given.length] : right);
    }

    private byte[] hash(byte[] password, int from, int length) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(salt);
            digest.update(password, from, length);
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e); // each JVM has it
        }
    }

    private static final int MOST_BYTES = 255; // RFC 1929 §2
}
