package dev.adit.proxy.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.device.config.DeviceStatus;
import dev.adit.device.config.PeerStatus;
import dev.adit.ip.address.IpPrefix;
import dev.adit.protocol.keys.PrivateKey;
import dev.adit.protocol.keys.PublicKey;

import org.junit.jupiter.api.Test;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// The text of metrics.
class MetricsTextTest {
    private static final PublicKey KEY = PrivateKey.generate(new SecureRandom()).publicKey();

    @Test
    void isThatOfPrometheus() {
        MetricsText text = new MetricsText(false);
        text.counter("a_total", "All of it.")
                .add(3, "name", "x\"y\\z\n")
                .add(4, "name", "", "b", "c");
        text.gauge("g", "Now.").add(-1);
        assertThat(text.end())
                .isEqualTo(
                        """
                        # HELP a_total All of it.
                        # TYPE a_total counter
                        a_total{name="x\\"y\\\\z\\n"} 3
                        a_total{name="",b="c"} 4
                        # HELP g Now.
                        # TYPE g gauge
                        g -1
                        """);
    }

    @Test
    void isThatOfOpenMetrics() {
        MetricsText text = new MetricsText(true);
        text.counter("a_total", "All of it.").add(3);
        assertThat(text.end())
                .isEqualTo(
                        """
                        # HELP a All of it.
                        # TYPE a counter
                        a_total 3
                        # EOF
                        """);
    }

    private static String metrics(int peers, int prefixes) {
        List<IpPrefix> all =
                Collections.nCopies(prefixes, IpPrefix.parse("10.0.0.0/8").orElseThrow());
        List<PeerStatus> each = new ArrayList<>();
        for (int i = 0; i < peers; i++) {
            each.add(new PeerStatus(KEY, false, null, Instant.ofEpochSecond(40), 5, 6, 0, all));
        }
        DeviceStatus device = new DeviceStatus(KEY, 51820, 0, each);
        MetricsText text = new MetricsText(false);
        new PeerMetrics(text, "office", device, Instant.ofEpochSecond(50)).add(device);
        return text.end();
    }

    @Test
    void aPeerHasTheNamesOfTheUsualExporters() {
        String key = KEY.toBase64();
        String usual =
                "{interface=\"office\",public_key=\"" + key + "\",allowed_ips=\"10.0.0.0/8\"} ";
        String device = "{device=\"office\",public_key=\"" + key + "\"} ";
        assertThat(metrics(1, 1).lines())
                .contains(
                        "wireguard_sent_bytes_total" + usual + 6,
                        "wireguard_received_bytes_total" + usual + 5,
                        "wireguard_latest_handshake_seconds" + usual + 40,
                        "wireguard_latest_handshake_delay_seconds" + usual + 10,
                        "wireguard_device_info" + device + 1,
                        "wireguard_peer_receive_bytes_total" + device + 5,
                        "wireguard_peer_transmit_bytes_total" + device + 6,
                        "wireguard_peer_last_handshake_seconds" + device + 40,
                        "adit_peers{interface=\"office\",state=\"up\"} 1",
                        "adit_peers{interface=\"office\",state=\"stale\"} 0");
    }

    @Test
    void thereAreNoMoreSeriesThanCanBeCollected() {
        assertThat(metrics(1001, 1).lines()).hasSizeLessThan(20);
        assertThat(metrics(1000, 10).lines().filter(l -> l.startsWith("wireguard_peer_allowed")))
                .hasSize(4096);
        assertThat(metrics(1, 5000).lines()).allMatch(line -> line.length() < 2000);
    }
}
