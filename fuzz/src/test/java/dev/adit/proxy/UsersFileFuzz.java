package dev.adit.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.fuzz.Input;
import dev.adit.fuzz.Target;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// A file of users: refused with the line that is wrong and nothing from it, or each user of it is
/// let in by their password and no other, and every password is erased.
public final class UsersFileFuzz implements Target {
    private final Path path;

    public UsersFileFuzz() {
        try {
            Path folder = Files.createTempDirectory("adit-fuzz");
            path = folder.resolve("users");
            folder.toFile().deleteOnExit();
            path.toFile().deleteOnExit(); // before its folder
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void take(byte[] bytes) throws IOException {
        byte[] text = new Input(bytes).rest();
        Files.write(path, text);
        Map<String, String> expected = new LinkedHashMap<>();
        String reason = expect(new String(text, StandardCharsets.ISO_8859_1), expected);
        UsersFile users;
        try {
            users = UsersFile.read(path);
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isEqualTo(path + reason);
            return;
        }
        assertThat(reason).isEmpty();
        expected.forEach(
                (name, password) -> {
                    assertThat(isLetIn(users, name, password)).isTrue();
                    assertThat(isLetIn(users, name, password + "x")).isFalse();
                    assertThat(isLetIn(users, name, "")).isFalse();
                    String other = name + ":";
                    assertThat(isLetIn(users, other, password)).isFalse();
                });
    }

    /// Collects the users; why the file is refused, or nothing.
    private static String expect(String text, Map<String, String> users) {
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            String user = line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
            if (user.isEmpty() || user.startsWith("#")) continue;
            String[] words = user.split(":", 2);
            boolean isRight =
                    words.length == 2
                            && isCounted(words[0])
                            && isCounted(words[1])
                            && users.putIfAbsent(words[0], words[1]) == null;
            if (!isRight) return ":" + number + ": not NAME:PASSWORD";
        }
        return users.isEmpty() ? ": there are no users" : "";
    }

    private static boolean isCounted(String word) {
        return !word.isEmpty() && word.length() <= 255;
    }

    private static boolean isLetIn(UsersFile users, String name, String password) {
        byte[] given = password.getBytes(StandardCharsets.ISO_8859_1);
        boolean isIn = users.check(name.getBytes(StandardCharsets.ISO_8859_1), given);
        assertThat(given).isEqualTo(new byte[given.length]);
        return isIn;
    }
}
