package dev.adit.device.dns;

import java.net.InetAddress;
import java.net.ProtocolException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The reply of a name server to a [DnsQuery]. Immutable.
///
/// @param code the response code: 0 also when the name has no address of that type
/// @param truncated whether it did not fit, so that the question has to be repeated over TCP
/// @param addresses of the name, or of the name that it is an alias of
record DnsReply(int code, boolean truncated, List<InetAddress> addresses) {
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
        in.skip(2 * Short.BYTES);
        if (id != query.id() || (flags & (RESPONSE | OPCODE)) != RESPONSE) return Optional.empty();
        int code = flags & CODE;
        // A server that does not understand a query need not repeat the question.
        if (questions == 0 && isNotUnderstood(code)) return Optional.of(of(code));
        if (questions != 1 || !repeats(in, query)) return Optional.empty();
        if ((flags & TRUNCATED) != 0) return Optional.of(new DnsReply(code, true, List.of()));
        if (code != 0) return Optional.of(of(code));
        return Optional.of(new DnsReply(code, false, addresses(in, answers, query)));
    }

    private static DnsReply of(int code) {
        return new DnsReply(code, false, List.of());
    }

    static boolean isNotUnderstood(int code) {
        return code == FORMAT_ERROR || code == NOT_IMPLEMENTED;
    }

    private static boolean repeats(DnsReader in, DnsQuery query) throws ProtocolException {
        return in.name().equals(query.name())
                && in.u16() == query.type()
                && in.u16() == DnsQuery.IN;
    }

    /// @param alias the name that `owner` is an alias of, or null
    /// @param address of `owner`, or null
    private record Answer(String owner, String alias, InetAddress address) {}

    private static List<InetAddress> addresses(DnsReader in, int count, DnsQuery query)
            throws ProtocolException {
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Answer answer = answer(in, query.type());
            if (answer != null && answers.size() < MOST_ANSWERS) answers.add(answer);
        }
        String name = query.name();
        for (int hops = 0; hops < MOST_ALIASES; hops++) {
            List<InetAddress> found = addresses(answers, name);
            if (!found.isEmpty()) return found;
            String owner = name;
            Optional<Answer> alias =
                    answers.stream()
                            .filter(one -> one.alias != null && one.owner.equals(owner))
                            .findFirst();
            if (alias.isEmpty()) return List.of();
            name = alias.get().alias;
        }
        return List.of();
    }

    private static List<InetAddress> addresses(List<Answer> answers, String owner) {
        return answers.stream()
                .filter(one -> one.address != null && one.owner.equals(owner))
                .map(Answer::address)
                .filter(DnsReply::canBeEndpoint)
                .distinct()
                .limit(MOST_ADDRESSES)
                .toList();
    }

    /// Reads a record; null when it is of another kind.
    private static Answer answer(DnsReader in, int wanted) throws ProtocolException {
        String owner = in.name();
        int type = in.u16();
        int kind = in.u16();
        in.skip(Integer.BYTES); // time to live
        int bytes = in.u16();
        int end = in.at() + bytes;
        Answer answer = null;
        if (kind == DnsQuery.IN && type == DnsQuery.CNAME) {
            answer = new Answer(owner, in.name(), null);
            if (in.at() > end) throw new ProtocolException("a record is longer than it says");
        } else if (kind == DnsQuery.IN && type == wanted && bytes == bytesOf(type)) {
            answer = new Answer(owner, null, address(in.bytes(bytes)));
        }
        in.skip(end - in.at());
        return answer;
    }

    private static int bytesOf(int type) {
        return type == DnsQuery.A ? 4 : 16;
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError(e); // the length is right
        }
    }

    private static boolean canBeEndpoint(InetAddress address) {
        return !address.isAnyLocalAddress() && !address.isMulticastAddress();
    }

    static final int NO_SUCH_NAME = 3;

    private static final int FORMAT_ERROR = 1;
    private static final int NOT_IMPLEMENTED = 4;
    private static final int HEADER_BYTES = 12;
    private static final int RESPONSE = 0x8000;
    private static final int OPCODE = 0x7800;
    private static final int TRUNCATED = 0x0200;
    private static final int CODE = 0xf;
    private static final int MOST_ANSWERS = 256;
    private static final int MOST_ALIASES = 16;
    private static final int MOST_ADDRESSES = 32;
}
