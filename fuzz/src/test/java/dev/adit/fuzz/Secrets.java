package dev.adit.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.device.config.ConfigException;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a refusal must not say. Stateless.
public final class Secrets {
    /// Nothing in `refusal` comes from a line of `text` whose key is that of a secret.
    public static void stay(ConfigException refusal, String text) {
        String said = refusal.getMessage() + " " + refusal.text() + " " + refusal.detail();
        List<String> secrets = new ArrayList<>();
        StringBuilder others = new StringBuilder();
        for (String line : text.split("\n", -1)) {
            int equals = line.indexOf('=');
            String key = (equals < 0 ? line : line.substring(0, equals)).toLowerCase(Locale.ROOT);
            boolean secret = key.contains("private") || key.contains("preshared");
            if (secret && equals >= 0) find(line.substring(equals), secrets);
            else others.append(line).append('\n');
        }
        for (String secret : secrets) {
            // What another line says too is no secret; files are read without their spaces.
            String read = others.toString().replaceAll("[ \\t]", "");
            if (!read.contains(secret)) assertThat(said).doesNotContain(secret);
        }
    }

    private static void find(String value, List<String> secrets) {
        Matcher matcher = KEY.matcher(value);
        while (matcher.find()) secrets.add(matcher.group());
    }

    private static final Pattern KEY = Pattern.compile("[0-9A-Za-z+/]{40,}");

    private Secrets() {}
}
