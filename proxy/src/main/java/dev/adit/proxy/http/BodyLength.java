package dev.adit.proxy.http;

import dev.adit.proxy.stream.BadRequestException;

import java.util.List;

/// The framing of a message's body: by a length, by chunks, or by the end of the connection (RFC
/// 9112 §6.3). Immutable.
///
/// @param kind of framing
/// @param bytes of a body of [Kind#COUNTED]
record BodyLength(Kind kind, long bytes) {
    /// The kinds of framing.
    enum Kind {
        NONE,
        COUNTED,
        CHUNKED,
        UNTIL_CLOSE
    }

    /// The body of a request. What is ambiguous is refused: a request hidden in it would be one for
    /// the next server that reads it differently (request smuggling).
    static BodyLength ofRequest(HttpHead head) throws BadRequestException {
        boolean isCoded = head.has(TRANSFER_ENCODING);
        if (!isCoded) return counted(head, NONE);
        if (head.has(CONTENT_LENGTH)) throw new BadRequestException("two lengths of a body");
        if (!head.isVersion11()) throw new BadRequestException("a coding in HTTP/1.0");
        if (!isChunkedAlone(head)) throw new BadRequestException("a coding that is not known");
        return CHUNKED;
    }

    /// The body of a final response.
    ///
    /// @param method of the request
    static BodyLength ofResponse(HttpHead head, String method) throws BadRequestException {
        int status = head.status();
        if (method.equals("HEAD") || status == 204 || status == 304) return NONE;
        if (!head.has(TRANSFER_ENCODING)) return counted(head, UNTIL_CLOSE);
        if (!head.isVersion11()) throw new BadRequestException("a coding in HTTP/1.0");
        if (head.has(CONTENT_LENGTH)) throw new BadRequestException("two lengths of a body");
        return isChunkedAlone(head) ? CHUNKED : UNTIL_CLOSE;
    }

    private static boolean isChunkedAlone(HttpHead head) {
        return head.elements(TRANSFER_ENCODING).toList().equals(List.of("chunked"));
    }

    private static BodyLength counted(HttpHead head, BodyLength without)
            throws BadRequestException {
        List<String> lengths = head.values(CONTENT_LENGTH);
        if (lengths.isEmpty()) return without;
        String first = lengths.getFirst();
        boolean isNumber =
                !first.isEmpty()
                        && first.length() <= MOST_DIGITS
                        && first.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!isNumber || !lengths.stream().allMatch(first::equals)) {
            throw new BadRequestException("not the length of a body");
        }
        return new BodyLength(Kind.COUNTED, Long.parseLong(first));
    }

    static final BodyLength NONE = new BodyLength(Kind.NONE, 0);
    static final BodyLength CHUNKED = new BodyLength(Kind.CHUNKED, 0);
    static final BodyLength UNTIL_CLOSE = new BodyLength(Kind.UNTIL_CLOSE, 0);
    static final String CONTENT_LENGTH = "Content-Length";
    static final String TRANSFER_ENCODING = "Transfer-Encoding";
    private static final int MOST_DIGITS = 18;
}
