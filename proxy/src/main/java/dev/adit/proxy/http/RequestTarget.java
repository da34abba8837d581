package dev.adit.proxy.http;

import dev.adit.proxy.stream.BadRequestException;

import java.util.Locale;

/// The target of a request that is forwarded, in absolute form (RFC 9112 §3.2.2). Immutable.
///
/// @param path in origin form, with the query
record RequestTarget(Authority authority, String path) {
    /// Parses one.
    ///
    /// @throws BadRequestException when it is not one of `http:`, or has a fragment, which is
    ///   nothing for a server
    static RequestTarget parse(String target) throws BadRequestException {
        if (!target.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
            throw new BadRequestException("a proxy is asked for http: and for CONNECT");
        }
        if (target.indexOf('#') >= 0) throw new BadRequestException("a fragment in a target");
        int from = SCHEME.length();
        int end = from;
        while (end < target.length() && "/?".indexOf(target.charAt(end)) < 0) end++;
        Authority authority = Authority.parse(target.substring(from, end), Authority.DEFAULT);
        String path = target.substring(end);
        return new RequestTarget(authority, path.startsWith("/") ? path : "/" + path);
    }

    private static final String SCHEME = "http://";
}
