package dev.adit.device.config.file;

import dev.adit.device.config.ConfigException;
import dev.adit.device.config.ConfigException.Place;
import dev.adit.device.config.ConfigException.Reason;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// Parses a configuration file into its two parts. Confined to one thread.
///
/// Only lines of the interface section whose key is one of wg-quick(8) become Strings; all others
/// may hold keys and stay bytes.
final class WgQuickParser {
    private final List<String> addresses = new ArrayList<>();
    private final List<String> dns = new ArrayList<>();
    private final List<String> dnsSearch = new ArrayList<>();
    private final List<String> preUp = new ArrayList<>();
    private final List<String> postUp = new ArrayList<>();
    private final List<String> preDown = new ArrayList<>();
    private final List<String> postDown = new ArrayList<>();
    private String mtu = "";
    private String table = "";
    private boolean saveConfig;
    private boolean inInterface;
    private int lineNumber;
    private int sectionLine;
    private int mtuLine;
    private final List<Integer> dnsLines = new ArrayList<>();
    private final String name;
    private @Nullable ConfigException mistake;

    /// The lines for wg(8). No line grows, except that the last may lack its end.
    private final byte[] rest;

    private int restLength;
    private final List<Integer> restLines = new ArrayList<>();

    private WgQuickParser(String name, int length) {
        this.name = name;
        rest = new byte[length + 1];
    }

    /// Parses `text`. The receiver erases the result; erasing `text` is up to the caller.
    ///
    /// @param name the name of the file, for errors
    /// @throws ConfigException when the value of `SaveConfig` is invalid
    static WgQuickFile parse(byte[] text, String name) throws ConfigException {
        WgQuickParser parser = new WgQuickParser(name, text.length);
        try {
            for (int from = 0, end; from < text.length; from = end + 1) {
                end = from;
                while (end < text.length && text[end] != '\n') end++;
                parser.line(text, from, end);
            }
            return parser.conf();
        } finally {
            Arrays.fill(parser.rest, (byte) 0);
        }
    }

    private WgQuickFile conf() {
        return new WgQuickFile(
                addresses,
                dns,
                dnsSearch,
                mtu,
                table,
                preUp,
                postUp,
                preDown,
                postDown,
                saveConfig,
                Arrays.copyOf(rest, restLength),
                restLines,
                new WgQuickFile.Lines(sectionLine, mtuLine, dnsLines),
                mistake);
    }

    private void line(byte[] text, int from, int end) throws ConfigException {
        lineNumber++;
        while (from < end && isBlank(text[from])) from++;
        while (from < end && isBlank(text[end - 1])) end--;
        int comment = indexOf(text, from, end, '#');
        int equals = indexOf(text, from, comment, '=');
        String key = latin1(text, from, equals).strip().toLowerCase(Locale.ROOT);
        if (key.startsWith("[")) inInterface = key.equals("[interface]");
        if (inInterface && sectionLine == 0) sectionLine = lineNumber;
        boolean quick = inInterface && equals < comment && KEYS.contains(key);
        if (!quick) {
            keep(text, from, end);
            return;
        }
        // In a hook, `#` is kept: only the shell can tell a comment.
        int valueEnd = key.startsWith("pre") || key.startsWith("post") ? end : comment;
        set(key, latin1(text, equals + 1, valueEnd).strip());
    }

    private void set(String key, String value) throws ConfigException {
        switch (key) {
            case "address" -> {
                for (String word : words(value)) {
                    check("Address", word);
                    addresses.add(word);
                }
            }
            case "dns" -> words(value).forEach(this::nameServerOrDomain);
            case "mtu" -> {
                check("MTU", value);
                mtu = value;
                mtuLine = lineNumber;
            }
            case "table" -> {
                check("Table", value);
                table = value;
            }
            case "preup" -> preUp.add(value);
            case "postup" -> postUp.add(value);
            case "predown" -> preDown.add(value);
            case "postdown" -> postDown.add(value);
            default -> saveConfig = saveConfig(value);
        }
    }

    private boolean saveConfig(String value) throws ConfigException {
        if (value.equalsIgnoreCase("true")) return true;
        if (value.equalsIgnoreCase("false")) return false;
        throw refusal(Reason.INVALID_FLAG, "SaveConfig", value, "is neither true nor false");
    }

    /// Notes the first useless value. With it no tunnel can be brought up, but everything else
    /// works.
    private void check(String key, String value) {
        Optional<String> found = WgQuickValues.mistake(key, value);
        if (mistake == null && found.isPresent()) {
            mistake = refusal(reason(key), key, value, found.get());
        }
    }

    private static Reason reason(String key) {
        return switch (key) {
            case "Address" -> Reason.INVALID_ADDRESS;
            case "MTU" -> Reason.INVALID_MTU;
            default -> Reason.INVALID_TABLE;
        };
    }

    private ConfigException refusal(Reason reason, String key, String value, String why) {
        return new ConfigException(reason, "`" + value + "' " + why, value)
                .at(new Place(name, lineNumber, "Interface", key));
    }

    private void nameServerOrDomain(String word) {
        boolean isServer = NAME_SERVER.matcher(word).matches();
        (isServer ? dns : dnsSearch).add(word);
        if (isServer) dnsLines.add(lineNumber);
    }

    private static List<String> words(String value) {
        return Arrays.stream(value.split("[,\\s]+")).filter(word -> !word.isEmpty()).toList();
    }

    private void keep(byte[] text, int from, int end) {
        System.arraycopy(text, from, rest, restLength, end - from);
        restLength += end - from;
        rest[restLength++] = '\n';
        restLines.add(lineNumber);
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    /// The first index of `wanted`, or `end`.
    private static int indexOf(byte[] text, int from, int end, char wanted) {
        while (from < end && text[from] != wanted) from++;
        return from;
    }

    private static String latin1(byte[] text, int from, int end) {
        return new String(text, from, end - from, StandardCharsets.ISO_8859_1);
    }

    private static final List<String> KEYS =
            List.of(
                    "address",
                    "dns",
                    "mtu",
                    "table",
                    "preup",
                    "postup",
                    "predown",
                    "postdown",
                    "saveconfig");

    private static final Pattern NAME_SERVER = Pattern.compile("[0-9.]+|.*:.*");
}
