package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.it.lab.Capture;
import dev.adit.it.lab.IpHeaderView;
import dev.adit.it.lab.Pair;
import dev.adit.it.lab.Software;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// What someone on the cable sees.
///
/// ```
/// ┌─────────┐       tcpdump       ┌────────────┐
/// │ a: ours ├──────────┴──────────┤ b: another │
/// └─────────┘                     └────────────┘
/// ```
class SecrecyTest {

    private static final String SECRET = "adit-plaintext";
    private static Pair pair;

    @BeforeAll
    static void start() {
        pair = Pair.start(Software.subject(), Software.other());
    }

    @AfterAll
    static void stop() {
        if (pair != null) pair.close();
    }

    @Test
    void nothingButMessagesWithoutPlaintext() {
        pair.introduce();
        String pattern = HexFormat.of().formatHex(SECRET.getBytes(StandardCharsets.US_ASCII));
        try (Capture outside = Capture.start(pair.b().netns(), "eth0", "udp");
                Capture inside = Capture.start(pair.b().netns(), pair.b().device(), "icmp")) {
            for (int size = 40; size < 60; size++) {
                pair.assertReaches(pair.a(), "10.9.0.2", "-p", pattern, "-s", String.valueOf(size));
            }
            inside.await("the plaintext inside", packet -> packet.contains(SECRET));
            outside.await("data", packet -> packet.messageType() == 4);
            assertThat(outside.packets()).hasSizeGreaterThan(40).allMatch(SecrecyTest::isMessage);
            assertThat(outside.packets()).noneMatch(packet -> packet.contains(SECRET));
        }
    }

    private static boolean isMessage(IpHeaderView packet) {
        return switch (packet.messageType()) {
            case 1 -> packet.udpLength() == 148;
            case 2 -> packet.udpLength() == 92;
            case 4 -> packet.udpLength() >= 32 && packet.udpLength() % 16 == 0;
            default -> false;
        };
    }
}
