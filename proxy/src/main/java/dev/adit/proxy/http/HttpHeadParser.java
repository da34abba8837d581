package dev.adit.proxy.http;

import dev.adit.proxy.stream.BadRequestException;
import dev.adit.proxy.stream.RequestReader;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Parses heads of HTTP/1 messages, strictly: what two programs might read differently is refused
/// (RFC 9112 §11.2). Confined to one thread.
final class HttpHeadParser {
    private final RequestReader in;

    /// @param in bounds the length of the head
    HttpHeadParser(RequestReader in) {
        this.in = in;
    }

    /// Reads the head of a request.
    ///
    /// @param begun the first characters, which were read already
    HttpHead request(String begun) throws IOException {
        String[] parts = (begun + line()).split(" ", -1);
        boolean isWhole = parts.length == 3 && isToken(parts[0]) && isTarget(parts[1]);
        if (!isWhole || !isVersion(parts[2])) throw new BadRequestException("not an HTTP request");
        HttpHead head = new HttpHead(List.of(parts), fields());
        if (head.values("Host").size() > 1) throw new BadRequestException("two hosts");
        return head;
    }

    /// Reads the head of a response.
    HttpHead response() throws IOException {
        String[] parts = line().split(" ", 3);
        boolean isWhole = parts.length >= 2 && isVersion(parts[0]) && isStatus(parts[1]);
        if (!isWhole) throw new BadRequestException("not an HTTP response");
        String reason = parts.length == 3 ? parts[2] : "";
        return new HttpHead(List.of(parts[0], parts[1], reason), fields());
    }

    /// Reads fields up to the empty line behind them.
    List<HttpField> fields() throws IOException {
        List<HttpField> fields = new ArrayList<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon < 0 || !isToken(line.substring(0, colon))) {
                throw new BadRequestException("not an HTTP field");
            }
            fields.add(new HttpField(line.substring(0, colon), trim(line.substring(colon + 1))));
        }
        return fields;
    }

    /// Reads a line, which ends with CR and LF and has no other control characters but tabs.
    String line() throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            int c = in.octet();
            if (c == '\r') {
                if (in.octet() != '\n') throw new BadRequestException("a bare CR");
                return line.toString();
            }
            if (c < ' ' && c != '\t' || c == DELETE) {
                throw new BadRequestException("a control character");
            }
            line.append((char) c);
        }
    }

    private static String trim(String value) {
        int from = 0, to = value.length();
        while (from < to && isBlank(value.charAt(from))) from++;
        while (to > from && isBlank(value.charAt(to - 1))) to--;
        return value.substring(from, to);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    /// Visible ASCII characters: others might take a tab for the end of it.
    private static boolean isTarget(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c < DELETE);
    }

    private static boolean isVersion(String text) {
        return text.equals(HttpHead.VERSION_11) || text.equals("HTTP/1.0");
    }

    private static boolean isStatus(String text) {
        return text.length() == 3
                && text.charAt(0) >= '1'
                && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /// A token (RFC 9110 §5.6.2).
    private static boolean isToken(String text) {
        return !text.isEmpty() && text.chars().allMatch(HttpHeadParser::isTokenCharacter);
    }

    private static boolean isTokenCharacter(int c) {
        return c >= 'a' && c <= 'z'
                || c >= 'A' && c <= 'Z'
                || c >= '0' && c <= '9'
                || c < 0x80 && "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }

    private static final int DELETE = 0x7f;
}
