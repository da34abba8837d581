package dev.adit.device.dns;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.ProtocolException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// The addresses in a reply, and how long they may be kept. Immutable.
///
/// @param seconds the least time to live of the records that led to the addresses
record DnsAnswers(List<InetAddress> addresses, long seconds) {
    /// @param alias the name that `owner` is an alias of, or null
    /// @param address of `owner`, or null
    private record Answer(
            String owner, @Nullable String alias, @Nullable InetAddress address, long seconds) {}

    /// Reads the `count` records of the answer section.
    static DnsAnswers read(DnsReader in, int count, DnsQuery query) throws ProtocolException {
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Answer answer = answer(in, query.type());
            if (answer != null && answers.size() < MOST_ANSWERS) answers.add(answer);
        }
        String name = query.name();
        long seconds = Long.MAX_VALUE;
        for (int hops = 0; hops < MOST_ALIASES; hops++) {
            String owner = name;
            List<Answer> found = addresses(answers, owner);
            if (!found.isEmpty()) {
                for (Answer one : found) seconds = Math.min(seconds, one.seconds);
                return new DnsAnswers(found.stream().map(Answer::address).toList(), seconds);
            }
            Optional<Answer> alias =
                    answers.stream()
                            .filter(one -> one.alias != null && one.owner.equals(owner))
                            .findFirst();
            if (alias.isEmpty()) break;
            name = Objects.requireNonNull(alias.get().alias); // as the filter has it
            seconds = Math.min(seconds, alias.get().seconds);
        }
        return new DnsAnswers(List.of(), 0);
    }

    private static List<Answer> addresses(List<Answer> answers, String owner) {
        List<Answer> found = new ArrayList<>();
        for (Answer one : answers) {
            InetAddress address = one.address;
            boolean isNew =
                    address != null
                            && one.owner.equals(owner)
                            && canBeEndpoint(address)
                            && found.stream().noneMatch(f -> address.equals(f.address));
            if (isNew && found.size() < MOST_ADDRESSES) found.add(one);
        }
        return found;
    }

    /// Reads a record; null when it is of another kind.
    private static @Nullable Answer answer(DnsReader in, int wanted) throws ProtocolException {
        String owner = in.name();
        int type = in.u16();
        int kind = in.u16();
        long seconds = in.u32();
        int bytes = in.u16();
        int end = in.at() + bytes;
        Answer answer = null;
        if (kind == DnsQuery.IN && type == DnsQuery.CNAME) {
            answer = new Answer(owner, in.name(), null, seconds);
            if (in.at() > end) throw new ProtocolException("a record is longer than it says");
        } else if (kind == DnsQuery.IN && type == wanted && bytes == bytesOf(type)) {
            answer = new Answer(owner, null, address(in.bytes(bytes)), seconds);
        }
        in.skip(end - in.at());
        return answer;
    }

    /// Reads the `count` records of the authority section: how many seconds the zone wants a name
    /// to be thought absent, 0 when it does not say so.
    static long negativeSeconds(DnsReader in, int count) throws ProtocolException {
        for (int i = 0; i < count; i++) {
            in.name();
            int type = in.u16();
            in.u16();
            long seconds = in.u32();
            int end = in.u16() + in.at();
            if (type == SOA && end - in.at() >= SOA_NUMBERS) {
                in.skip(end - in.at() - Integer.BYTES);
                return Math.min(seconds, in.u32());
            }
            in.skip(end - in.at());
        }
        return 0;
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

    private static final int SOA = 6;
    private static final int SOA_NUMBERS = 20; // bytes behind two names, the last number the time
    private static final int MOST_ANSWERS = 256;
    private static final int MOST_ALIASES = 16;
    private static final int MOST_ADDRESSES = 32;
}
