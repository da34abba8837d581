package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.it.lab.Capture;
import dev.adit.it.lab.IpHeaderView;
import dev.adit.it.lab.Netns;
import dev.adit.it.lab.Pair;
import dev.adit.it.lab.Software;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Congestion marks pass the tunnel in both directions, and nothing else of a packet's class does.
///
/// ```
/// ┌─────────┐                     ┌─────────┐
/// │ a: ours ├──── may mark CE ────┤ b: ours │
/// └─────────┘                     └─────────┘
/// ```
class EcnTest {

    private static Pair pair;

    @BeforeAll
    static void start() {
        Software software = Software.subject().requiredToDo("copy ECN");
        pair = Pair.start(software, software);
    }

    @AfterAll
    static void stop() {
        if (pair != null) pair.close();
    }

    @BeforeEach
    void introduce() {
        pair.introduce();
    }

    @Test
    void handshakesAreAssuredForwarding() {
        try (Capture outside = Capture.start(pair.b().netns(), "eth0", "udp")) {
            pair.assertReaches(pair.a(), "10.9.0.2");
            IpHeaderView initiation =
                    outside.await("initiation", packet -> packet.messageType() == 1);
            IpHeaderView response = outside.await("response", packet -> packet.messageType() == 2);
            assertThat(initiation.trafficClass()).isEqualTo(0x88);
            assertThat(response.trafficClass()).isEqualTo(0x88);
        }
    }

    @ParameterizedTest(name = "inside {0}, outside {1}")
    @CsvSource({"0x00,0", "0x01,1", "0x02,2", "0x03,2", "0xb8,0", "0xba,2", "0xfc,0"})
    void showsOutsideWhetherThePacketUnderstandsCongestion(String inside, int outside) {
        for (String address : new String[] {"10.9.0.2", "fd09::2"}) {
            pair.assertReaches(pair.a(), address);
            try (Capture capture = Capture.start(pair.b().netns(), "eth0", "udp dst port 51821")) {
                pair.assertReaches(pair.a(), address, "-Q", inside);
                assertThat(capture.await("data", p -> p.messageType() == 4).trafficClass())
                        .isEqualTo(outside);
            }
        }
    }

    @ParameterizedTest(name = "inside {0} over IPv6: {2}, then {1}")
    @CsvSource({
        "0x00,0x00,false",
        "0x01,0x03,false",
        "0x02,0x03,false",
        "0xba,0xbb,false",
        "0x00,0x00,true",
        "0x02,0x03,true"
    })
    void takesOverTheMarkOfACongestedNetwork(String sent, String received, boolean outsideV6) {
        Software.requireTool("nft");
        Netns netns = pair.a().netns();
        pair.introduce(outsideV6, null);
        String family = outsideV6 ? "ip6" : "ip";
        netns.run("nft", "add table inet it");
        try {
            netns.run("nft", "add chain inet it out { type filter hook output priority 0; }");
            netns.run("nft", "add rule inet it out udp dport 51821 " + family + " ecn set ce");
            for (String address : new String[] {"10.9.0.2", "fd09::2"}) {
                try (Capture inside =
                        Capture.start(
                                pair.b().netns(),
                                pair.b().device(),
                                "(icmp[0] == 8) or (icmp6 and ip6[40] == 128)")) {
                    pair.assertReaches(pair.a(), address, "-Q", sent);
                    assertThat(inside.await("the request", packet -> true).trafficClass())
                            .isEqualTo(Integer.decode(received));
                }
            }
        } finally {
            netns.run("nft", "delete table inet it");
        }
    }
}
