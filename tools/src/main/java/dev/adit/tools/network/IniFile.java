package dev.adit.tools.network;

import dev.adit.tools.terminal.CommandFailure;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The sections of a configuration file as wireproxy reads them: names and keys in any case,
/// sections of one name any number of times, comments behind `#` and `;`, values in quotes.
/// Immutable.
///
/// @param source the name of the file, for messages
/// @param sections in order; the first one is what stands before any other, and has no name
/// @param lines how many lines there are
record IniFile(String source, List<Section> sections, int lines) {
    /// A section.
    ///
    /// @param name in lower case
    /// @param line of its head, from 1; 0 when it has none
    record Section(String name, int line, List<Entry> entries) {
        /// The first value of a key, which is in lower case; null when there is none.
        @Nullable Entry find(String key) {
            return entries.stream().filter(e -> e.key().equals(key)).findFirst().orElse(null);
        }
    }

    /// A key and its value. The value may be a secret, so it is not in the text of this.
    ///
    /// @param key in lower case
    /// @param name as it was written
    record Entry(String key, String name, String value, int line) {
        @Override
        public String toString() {
            return name;
        }
    }

    /// Parses a file.
    static IniFile parse(String source, String text) throws CommandFailure {
        List<Section> sections = new ArrayList<>();
        Section current = new Section("", 0, new ArrayList<>());
        sections.add(current);
        String[] lines = text.split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            String line = lines[i].strip();
            if (i == 0 && line.startsWith("\ufeff")) line = line.substring(1).strip();
            if (line.isEmpty() || line.startsWith("#") || line.startsWith(";")) continue;
            if (line.startsWith("[")) {
                current = new Section(head(source, i + 1, line), i + 1, new ArrayList<>());
                sections.add(current);
            } else {
                current.entries().add(entry(source, i + 1, line));
            }
        }
        return new IniFile(source, sections, lines.length);
    }

    private static String head(String source, int line, String text) throws CommandFailure {
        int end = text.lastIndexOf(']');
        if (end < 2) throw failure(source, line, "not a section");
        return text.substring(1, end).strip().toLowerCase(Locale.ROOT);
    }

    private static Entry entry(String source, int line, String text) throws CommandFailure {
        int end = 0;
        while (end < text.length() && "=:".indexOf(text.charAt(end)) < 0) end++;
        String name = text.substring(0, end).strip();
        if (end == text.length() || name.isEmpty()) {
            throw failure(source, line, "neither a section nor a key with a value");
        }
        String value = value(text.substring(end + 1).strip());
        if (value.endsWith("\\") || value.contains("%(")) {
            throw failure(source, line, name + ": values of several lines or parts are not read");
        }
        return new Entry(name.toLowerCase(Locale.ROOT), name, value, line);
    }

    /// A value without its comment and its quotes.
    private static String value(String text) {
        if (text.startsWith("`") && text.indexOf('`', 1) > 0) {
            return text.substring(1, text.indexOf('`', 1));
        }
        int end = 0;
        while (end < text.length() && "#;".indexOf(text.charAt(end)) < 0) end++;
        String value = text.substring(0, end).strip();
        boolean isQuoted =
                value.length() > 1
                        && "\"'".indexOf(value.charAt(0)) >= 0
                        && value.charAt(0) == value.charAt(value.length() - 1);
        return isQuoted ? value.substring(1, value.length() - 1) : value;
    }

    /// All sections of a name.
    List<Section> named(String name) {
        return sections.stream().filter(section -> section.name().equals(name)).toList();
    }

    /// The value of an entry, or that of the environment variable that it names with `$`; `$$` is a
    /// dollar sign.
    String value(Entry entry, Map<String, String> environment) throws CommandFailure {
        String value = entry.value();
        if (!value.startsWith("$")) return value;
        if (value.startsWith("$$")) return value.substring(1);
        String found = environment.get(value.substring(1));
        if (found != null) return found.strip();
        throw failure(entry.line(), entry.name() + ": " + value + " is not set");
    }

    /// A failure at a line of this file.
    CommandFailure failure(int line, String message) {
        return failure(source, line, message);
    }

    private static CommandFailure failure(String source, int line, String message) {
        return new CommandFailure("wireproxy: " + source + ":" + line + ": " + message);
    }
}
