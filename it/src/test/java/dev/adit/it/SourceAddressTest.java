package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.it.lab.Capture;
import dev.adit.it.lab.Netns;
import dev.adit.it.lab.Pair;
import dev.adit.it.lab.Software;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A host with several addresses answers from the one it was asked at.
///
/// ```
/// ┌──────────────────┐                ┌─────────────────────────────┐
/// │ a: another       │                │ b: ours                     │
/// │                  │                │ 192.0.2.2     192.0.2.33    │
/// │ 192.0.2.1        ├────────────────┤ 2001:db8::2   2001:db8::33  │
/// └──────────────────┘                └─────────────────────────────┘
/// ```
class SourceAddressTest {

    private static Pair pair;

    @BeforeAll
    static void start() {
        pair = Pair.start(Software.other(), Software.subject());
    }

    @AfterAll
    static void stop() {
        if (pair != null) pair.close();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "192.0.2.33/24, 192.0.2.33:51821, 192.0.2.2:51821",
        "2001:db8::33/64, [2001:db8::33]:51821, [2001:db8::2]:51821"
    })
    void answersFromTheAddressItWasAskedAtUntilThatIsGone(
            String second, String endpoint, String first) {
        Netns netns = pair.b().netns();
        netns.address("eth0", second);
        // So that the system would choose the first address for what we send.
        netns.run("ip", "address", "change", second, "dev", "eth0", "preferred_lft", "0");
        pair.introduce(endpoint.startsWith("["), null);
        pair.a().set("peer", pair.b().publicKey(), "endpoint", endpoint);
        String peer = endpoint.startsWith("[") ? "2001:db8::1" : "192.0.2.1";
        try (Capture sent = Capture.start(pair.a().netns(), "eth0", "udp and dst host " + peer)) {
            for (int i = 0; i < 3; i++) pair.assertReaches(pair.a());
            pair.assertReaches(pair.b());
            sent.await("an answer", packet -> packet.messageType() == 4);
            assertThat(sent.packets())
                    .allMatch(packet -> packet.sourceHost() == (packet.v6() ? 0x33 : 33));
        }
        assertThat(pair.a().dump().peer().endpoint()).isEqualTo(endpoint);

        netns.run("ip", "address", "delete", second, "dev", "eth0");
        if (pair.b().software().go()) return; // keeps the address that has gone: see InteropTest
        pair.assertReaches(pair.b(), "10.9.0.1");
        assertThat(pair.a().dump().peer().endpoint()).isEqualTo(first);
        pair.assertReaches(pair.a(), "10.9.0.2");
    }
}
