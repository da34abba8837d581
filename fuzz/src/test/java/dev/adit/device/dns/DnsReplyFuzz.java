package dev.adit.device.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.fuzz.Input;
import dev.adit.fuzz.Target;

import java.net.InetAddress;
import java.net.ProtocolException;
import java.util.Optional;

/// The reply of a name server: none to the query, refused, or taken with few addresses that a peer
/// can have; never anything else, and soon.
public final class DnsReplyFuzz implements Target {
    private static final String NAME = DnsQuery.name("vpn.example").orElseThrow();

    @Override
    public void take(byte[] bytes) {
        Input input = new Input(bytes);
        int type = input.flag() ? DnsQuery.AAAA : DnsQuery.A;
        boolean ours = input.flag();
        byte[] message = input.rest();
        DnsQuery query = new DnsQuery(0x1234, NAME, type);
        if (ours) message = withQuestion(query, message);
        Optional<DnsReply> reply;
        try {
            reply = DnsReply.parse(message, message.length, query);
        } catch (ProtocolException refused) {
            assertThat(refused).hasMessageMatching("an? [a-z' ]+");
            return;
        }
        if (reply.isEmpty()) return;
        assertThat(message[0]).isEqualTo((byte) 0x12);
        assertThat(message[1]).isEqualTo((byte) 0x34);
        assertThat(reply.get().code()).isBetween(0, 15);
        assertThat(reply.get().addresses()).hasSizeLessThanOrEqualTo(32).doesNotHaveDuplicates();
        for (InetAddress address : reply.get().addresses()) {
            assertThat(address.isAnyLocalAddress() || address.isMulticastAddress()).isFalse();
        }
    }

    /// The input as what follows the question in a reply to it; its first byte counts the answers.
    private static byte[] withQuestion(DnsQuery query, byte[] rest) {
        byte[] start = query.encode(false);
        int skipped = Math.min(1, rest.length);
        byte[] message = new byte[start.length + rest.length - skipped];
        System.arraycopy(start, 0, message, 0, start.length);
        System.arraycopy(rest, skipped, message, start.length, rest.length - skipped);
        message[2] |= (byte) 0x80;
        message[7] = skipped == 0 ? 0 : rest[0];
        return message;
    }
}
