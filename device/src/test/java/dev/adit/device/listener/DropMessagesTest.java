package dev.adit.device.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.ip.address.Endpoint;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.wire.Message;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DropMessagesTest {
    @ParameterizedTest
    @CsvSource({
        "1, INVALID_MAC, Invalid initiation MAC",
        "2, INVALID_MAC, Invalid response MAC",
        "1, RATE_LIMITED, Handshake ratelimited",
        "2, RATE_LIMITED, Handshake ratelimited",
        "1, HANDSHAKE_QUEUE_FULL, Dropping handshake packet",
        "2, INTERFACE_DOWN, Dropping handshake packet",
        "1, INVALID_INITIATION, Invalid handshake initiation",
        "1, UNKNOWN_PEER, Invalid handshake initiation",
        "1, REPLAYED_INITIATION, Invalid handshake initiation",
        "1, INITIATION_FLOOD, Invalid handshake initiation",
        "1, NO_PRIVATE_KEY, Invalid handshake initiation",
        "2, UNKNOWN_INDEX, Unknown handshake response",
        "2, INVALID_RESPONSE, Invalid handshake response",
        "3, UNKNOWN_INDEX, Unknown cookie index",
        "3, INVALID_COOKIE, Could not decrypt cookie response"
    })
    void usesTheWordsOfTheManuals(int type, DropReason reason, String words) {
        assertThat(Message.INITIATION).isEqualTo(1);
        assertThat(Message.RESPONSE).isEqualTo(2);
        Endpoint from = Endpoint.parse("192.0.2.9:4000").orElseThrow();
        assertThat(DropMessages.ofMessage(type, reason, from))
                .startsWith(words)
                .contains(" from 192.0.2.9:4000");
    }

    @Test
    void rationsMessages() {
        LogRateLimit ration = new LogRateLimit(3, 100);
        assertThat(taken(ration, 50, 10)).isEqualTo(3);
        assertThat(taken(ration, 149, 10)).isZero();
        assertThat(taken(ration, 150, 2)).isEqualTo(2);
        assertThat(taken(ration, 249, 10)).isEqualTo(1);
        assertThat(taken(ration, 1_000, 10)).isEqualTo(3);
    }

    private static int taken(LogRateLimit ration, long now, int attempts) {
        int taken = 0;
        for (int i = 0; i < attempts; i++) if (ration.take(now)) taken++;
        return taken;
    }
}
