package dev.adit.device.dns;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/// One question to a name server (RFC 1035 §4). Immutable.
///
/// @param id the number that the reply has to repeat
/// @param name as [DnsReader#name] reads it: labels, each behind its length, in lower case
/// @param type [#A] or [#AAAA]
record DnsQuery(int id, String name, int type) {
    /// Encodes a name as in messages; empty when there can be no question for it.
    static Optional<String> name(String host) {
        StringBuilder name = new StringBuilder();
        String absolute = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        for (String label : absolute.split("\\.", -1)) {
            if (label.isEmpty() || label.length() > MAX_LABEL) return Optional.empty();
            if (label.chars().anyMatch(c -> c <= ' ' || c > '~')) return Optional.empty();
            name.append((char) label.length()).append(label.toLowerCase(Locale.ROOT));
        }
        return name.length() > MAX_NAME ? Optional.empty() : Optional.of(name.toString());
    }

    /// Encodes the message.
    ///
    /// @param extended whether it says that a reply may be longer than 512 bytes (RFC 6891), which
    ///   a few old servers do not understand
    byte[] encode(boolean extended) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        u16(out, id);
        u16(out, RECURSION_DESIRED);
        u16(out, 1); // question
        u16(out, 0);
        u16(out, 0);
        u16(out, extended ? 1 : 0);
        out.writeBytes(name.getBytes(StandardCharsets.ISO_8859_1));
        out.write(0);
        u16(out, type);
        u16(out, IN);
        if (extended) {
            out.write(0); // the root
            u16(out, OPT);
            u16(out, PAYLOAD);
            u16(out, 0);
            u16(out, 0);
            u16(out, 0);
        }
        return out.toByteArray();
    }

    private static void u16(ByteArrayOutputStream out, int value) {
        out.write(value >>> 8);
        out.write(value);
    }

    static final int A = 1;
    static final int CNAME = 5;
    static final int AAAA = 28;
    static final int IN = 1;

    /// A size that passes any IPv6 path unfragmented.
    static final int PAYLOAD = 1232;

    private static final int OPT = 41;
    private static final int RECURSION_DESIRED = 0x0100;
    private static final int MAX_LABEL = 63;
    private static final int MAX_NAME = 254; // 255 with the root
}
