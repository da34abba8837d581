package dev.adit.proxy.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// The first line and the fields of an HTTP/1 message (RFC 9112 §2 to §5). Immutable.
///
/// @param first the three parts of the first line: method, target and version, or version, status
///   and reason
record HttpHead(List<String> first, List<HttpField> fields) {
    HttpHead {
        first = List.copyOf(first);
        fields = List.copyOf(fields);
    }

    String method() {
        return first.get(0);
    }

    String target() {
        return first.get(1);
    }

    /// The status of a response, 100 to 999.
    int status() {
        return Integer.parseInt(first.get(1));
    }

    /// True for a response that only comes before the one to wait for. 101 is the last one.
    boolean isInterim() {
        return status() < 200 && status() != SWITCHING_PROTOCOLS;
    }

    /// True for HTTP/1.1, false for HTTP/1.0.
    boolean isVersion11() {
        return first.get(0).equals(VERSION_11) || first.get(2).equals(VERSION_11);
    }

    /// All values of a field, in order.
    List<String> values(String name) {
        return fields.stream().filter(field -> field.isCalled(name)).map(HttpField::value).toList();
    }

    /// The elements of the lists that a field holds, in lower case (RFC 9110 §5.6.1).
    Stream<String> elements(String name) {
        return values(name).stream()
                .flatMap(value -> Stream.of(value.split(",", -1)))
                .map(element -> element.strip().toLowerCase(Locale.ROOT))
                .filter(element -> !element.isEmpty());
    }

    boolean has(String name) {
        return fields.stream().anyMatch(field -> field.isCalled(name));
    }

    /// True when the connection goes on after this message, as far as it says so (RFC 9112 §9.3).
    boolean isPersistent() {
        if (elements("Connection").anyMatch("close"::equals)) return false;
        return isVersion11() || elements("Connection").anyMatch("keep-alive"::equals);
    }

    /// This head without the fields that are for one connection only (RFC 9110 §7.6.1). The length
    /// of the body stays, once, even if `Connection` names it: without it, the next reader would
    /// take the body for another message.
    List<HttpField> endToEnd() {
        List<String> named = elements("Connection").toList();
        List<HttpField> kept = new ArrayList<>();
        for (HttpField field : fields) {
            String name = field.name().toLowerCase(Locale.ROOT);
            boolean isKept = !HOP_BY_HOP.contains(name) && !named.contains(name);
            if (field.isCalled(BodyLength.CONTENT_LENGTH)) {
                isKept = kept.stream().noneMatch(one -> one.isCalled(BodyLength.CONTENT_LENGTH));
            }
            if (isKept) kept.add(field);
        }
        return kept;
    }

    /// The bytes of a message that begins so.
    static byte[] bytes(String firstLine, List<HttpField> fields) {
        StringBuilder text = new StringBuilder(firstLine).append("\r\n");
        for (HttpField field : fields) {
            text.append(field.name()).append(": ").append(field.value()).append("\r\n");
        }
        return text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    static final String VERSION_11 = "HTTP/1.1";
    static final int SWITCHING_PROTOCOLS = 101;

    private static final List<String> HOP_BY_HOP =
            List.of(
                    "connection",
                    "proxy-connection",
                    "keep-alive",
                    "proxy-authenticate",
                    "proxy-authorization",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade");
}
