package dev.adit.device.dns;

import java.net.InetAddress;
import java.net.ProtocolException;
import java.util.List;
import java.util.Optional;

/// The reply of a name server to a [DnsQuery]. Immutable.
///
/// @param code the response code: 0 also when the name has no address of that type
/// @param truncated whether it did not fit, so that the question has to be repeated over TCP
/// @param addresses of the name, or of the name that it is an alias of
/// @param seconds for which this may be repeated: the least of the records that led to the
///   addresses, or what the zone says of names that it does not have (RFC 2308 §5), or 0
record DnsReply(int code, boolean truncated, List<InetAddress> addresses, long seconds) {
    /// Parses a message; empty when it is not a reply to this query.
    ///
    /// @throws ProtocolException when it is a malformed reply to this query
    static Optional<DnsReply> parse(byte[] message, int length, DnsQuery query)
            throws ProtocolException {
        if (length < HEADER_BYTES) return Optional.empty();
        DnsReader in = new DnsReader(message, length);
        int id = in.u16();
        int flags = in.u16();
        int questions = in.u16();
        int answers = in.u16();
        int authorities = in.u16();
        in.skip(Short.BYTES);
        if (id != query.id() || (flags & (RESPONSE | OPCODE)) != RESPONSE) return Optional.empty();
        int code = flags & CODE;
        // A server that does not understand a query need not repeat the question.
        if (questions == 0 && isNotUnderstood(code)) return Optional.of(of(code));
        if (questions != 1 || !repeats(in, query)) return Optional.empty();
        if ((flags & TRUNCATED) != 0) return Optional.of(new DnsReply(code, true, List.of(), 0));
        if (code == NO_SUCH_NAME) return Optional.of(absent(code, in, answers, authorities, query));
        if (code != 0) return Optional.of(of(code));
        DnsAnswers found = DnsAnswers.read(in, answers, query);
        if (found.addresses().isEmpty()) {
            return Optional.of(absent(code, in, 0, authorities, query));
        }
        return Optional.of(new DnsReply(code, false, found.addresses(), found.seconds()));
    }

    /// A reply without addresses. What follows its code matters only for how long it may be kept.
    private static DnsReply absent(
            int code, DnsReader in, int answers, int authorities, DnsQuery query) {
        try {
            if (answers > 0) DnsAnswers.read(in, answers, query);
            return new DnsReply(
                    code, false, List.of(), DnsAnswers.negativeSeconds(in, authorities));
        } catch (ProtocolException e) {
            return of(code);
        }
    }

    private static DnsReply of(int code) {
        return new DnsReply(code, false, List.of(), 0);
    }

    static boolean isNotUnderstood(int code) {
        return code == FORMAT_ERROR || code == NOT_IMPLEMENTED;
    }

    private static boolean repeats(DnsReader in, DnsQuery query) throws ProtocolException {
        return in.name().equals(query.name())
                && in.u16() == query.type()
                && in.u16() == DnsQuery.IN;
    }

    static final int NO_SUCH_NAME = 3;

    private static final int FORMAT_ERROR = 1;
    private static final int NOT_IMPLEMENTED = 4;
    private static final int HEADER_BYTES = 12;
    private static final int RESPONSE = 0x8000;
    private static final int OPCODE = 0x7800;
    private static final int TRUNCATED = 0x0200;
    private static final int CODE = 0xf;
}
