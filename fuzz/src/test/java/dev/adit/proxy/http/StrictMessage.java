package dev.adit.proxy.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An HTTP/1 message as the grammar of RFC 9112 has it, read without any code of the proxy: by
/// regular expressions over the whole text. Immutable.
///
/// @param start the words of the first line
/// @param fields with names in lower case
/// @param body decoded
/// @param trailers behind a body in chunks
/// @param end the first index behind it; -1 when it goes on until the connection is closed
record StrictMessage(
        List<String> start,
        List<HttpField> fields,
        String body,
        List<HttpField> trailers,
        int end) {

    /// Reads the request at `from`; empty when there is none that is whole and has one reading.
    static Optional<StrictMessage> request(String text, int from) {
        Matcher line = at(REQUEST, text, from);
        if (!line.lookingAt()) return Optional.empty();
        List<String> start = List.of(line.group(1), line.group(2), line.group(3));
        return rest(text, line.end(), start, false, false);
    }

    /// Reads the response at `from`, likewise.
    ///
    /// @param method of the request
    static Optional<StrictMessage> response(String text, int from, String method) {
        Matcher line = at(RESPONSE, text, from);
        if (!line.lookingAt()) return Optional.empty();
        String status = line.group(2);
        boolean isBodiless =
                method.equals("HEAD") || status.startsWith("1") || status.matches("[23]04");
        String reason = line.group(3) == null ? "" : line.group(3);
        List<String> start = List.of(line.group(1), status, reason);
        return rest(text, line.end(), start, isBodiless, true);
    }

    private static Optional<StrictMessage> rest(
            String text, int from, List<String> start, boolean isBodiless, boolean isResponse) {
        List<HttpField> fields = new ArrayList<>();
        int body = fields(text, from, fields);
        if (body < 0) return Optional.empty();
        List<String> lengths = values(fields, "content-length");
        List<String> codings = values(fields, "transfer-encoding");
        if (values(fields, "host").size() > 1) return Optional.empty();
        if (isBodiless) return message(start, fields, "", body);
        if (!codings.isEmpty()) {
            boolean isRight = lengths.isEmpty() && start.contains("HTTP/1.1");
            String all = String.join(",", codings).toLowerCase(Locale.ROOT);
            if (!isRight || !all.matches("[\t ,]*chunked[\t ,]*")) return Optional.empty();
            return chunks(text, body, start, fields);
        }
        if (lengths.isEmpty()) {
            if (isResponse) return message(start, fields, text.substring(body), -1);
            return message(start, fields, "", body);
        }
        String length = lengths.getFirst();
        boolean isOne = lengths.stream().distinct().count() == 1 && length.matches("[0-9]{1,18}");
        if (!isOne || Long.parseLong(length) > text.length() - body) return Optional.empty();
        int end = body + Integer.parseInt(length);
        return message(start, fields, text.substring(body, end), end);
    }

    private static Optional<StrictMessage> message(
            List<String> start, List<HttpField> fields, String body, int end) {
        return Optional.of(new StrictMessage(start, fields, body, List.of(), end));
    }

    private static Optional<StrictMessage> chunks(
            String text, int from, List<String> start, List<HttpField> fields) {
        StringBuilder body = new StringBuilder();
        int at = from;
        while (true) {
            Matcher line = at(CHUNK, text, at);
            if (!line.lookingAt()) return Optional.empty();
            long size = Long.parseLong(line.group(1), 16);
            at = line.end();
            if (size == 0) break;
            if (size > text.length() - at || !text.startsWith("\r\n", at + (int) size)) {
                return Optional.empty();
            }
            body.append(text, at, at + (int) size);
            at += (int) size + 2;
        }
        List<HttpField> trailers = new ArrayList<>();
        int end = fields(text, at, trailers);
        if (end < 0) return Optional.empty();
        return Optional.of(new StrictMessage(start, fields, body.toString(), trailers, end));
    }

    /// Reads fields into `to`; the index behind the empty line after them, or -1.
    private static int fields(String text, int from, List<HttpField> to) {
        int at = from;
        while (!text.startsWith("\r\n", at)) {
            Matcher field = at(FIELD, text, at);
            if (!field.lookingAt()) return -1;
            String value = field.group(2).replaceAll("^[ \t]+|[ \t]+$", "");
            to.add(new HttpField(field.group(1).toLowerCase(Locale.ROOT), value));
            at = field.end();
        }
        return at + 2;
    }

    static List<String> values(List<HttpField> fields, String name) {
        return fields.stream()
                .filter(field -> field.name().equals(name))
                .map(HttpField::value)
                .toList();
    }

    List<String> values(String name) {
        return values(fields, name);
    }

    private static Matcher at(Pattern pattern, String text, int from) {
        return pattern.matcher(text).region(from, text.length());
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]++";
    private static final String CONTENT = "[\t -~\\x80-\\xff]*+";
    private static final Pattern REQUEST =
            Pattern.compile("(" + TOKEN + ") ([!-~]++) (HTTP/1\\.[01])\r\n");
    private static final Pattern RESPONSE =
            Pattern.compile("(HTTP/1\\.[01]) ([1-9][0-9]{2})(?: (" + CONTENT + "))?+\r\n");
    private static final Pattern FIELD = Pattern.compile("(" + TOKEN + "):(" + CONTENT + ")\r\n");
    private static final Pattern CHUNK =
            Pattern.compile("([0-9A-Fa-f]{1,15})[\t ]*+(?:;" + CONTENT + ")?+\r\n");
}
