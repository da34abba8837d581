package dev.adit.tools.show;

import dev.adit.device.config.DeviceConfiguration;
import dev.adit.device.config.DeviceControl;
import dev.adit.device.config.DeviceInfo;
import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.PeerConfiguration;
import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpPrefix;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PrivateKey;
import dev.adit.protocol.keys.PublicKey;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Interfaces to show.
final class Statuses {
    static final String PRIVATE_KEY = "cAdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LGo=";
    static final String PUBLIC_KEY = "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=";
    static final String PEER_A = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=";
    static final String PEER_B = "TrMvSoP4jYQlY6RIzBgbssQqY3vxI2Pi+y71lOWWXX0=";
    static final String PEER_C = "gN65BkIKy1eCE9pP1wdc8ROUtkHLF2PfAqYdyYBz6EA=";
    static final String PRESHARED_KEY = "FpCyhws9cxwWoV4xELtfJvjJN+zQVRPISllRWgeopVE=";

    /// An interface to which nothing has been done yet.
    static DeviceConfiguration empty() {
        return new DeviceConfiguration(null, 0, 0, List.of());
    }

    /// Three peers, of which the first to be shown is the last to have been added.
    static DeviceConfiguration full(Instant now) {
        return new DeviceConfiguration(
                privateKey(),
                51820,
                0xca6c,
                List.of(
                        peer(PEER_A, null, null, Instant.EPOCH, 0, 0, 0),
                        peer(
                                PEER_B,
                                PRESHARED_KEY,
                                "192.0.2.7:51821",
                                now.minusSeconds(3 * 86_400 + 3601),
                                0,
                                180,
                                0,
                                "10.0.0.2/32"),
                        peer(
                                PEER_C,
                                null,
                                "[2001:db8::7]:1",
                                now.minusSeconds(62),
                                38_331,
                                3L << 40,
                                25,
                                "10.1.0.0/16",
                                "fd00::/8",
                                "0.0.0.0/0",
                                "::/0")));
    }

    /// One peer, that many seconds after its handshake and with so many bytes.
    static DeviceConfiguration figures(
            Instant now, long age, long received, long sent, int keepalive) {
        return new DeviceConfiguration(
                privateKey(),
                1,
                0xffffffff,
                List.of(
                        peer(
                                PEER_A,
                                null,
                                null,
                                now.minusSeconds(age),
                                received,
                                sent,
                                keepalive)));
    }

    private static PeerConfiguration peer(
            String key,
            String presharedKey,
            String endpoint,
            Instant handshake,
            long received,
            long sent,
            int keepalive,
            String... allowedIps) {
        return new PeerConfiguration(
                PublicKey.fromBase64(key).orElseThrow(),
                presharedKey == null
                        ? PresharedKey.none()
                        : PresharedKey.fromBase64(ascii(presharedKey), 0, 44).orElseThrow(),
                endpoint == null ? null : Endpoint.parse(endpoint).orElseThrow(),
                handshake,
                received,
                sent,
                keepalive,
                Arrays.stream(allowedIps).map(ip -> IpPrefix.parse(ip).orElseThrow()).toList());
    }

    private static PrivateKey privateKey() {
        return PrivateKey.fromBase64(ascii(PRIVATE_KEY), 0, 44).orElseThrow();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /// A device that is always like that.
    interface Fixed extends DeviceControl {
        @Override
        DeviceConfiguration configuration() throws IOException;

        @Override
        default void configure(DeviceUpdate update) {
            throw new AssertionError("nobody may change it");
        }

        @Override
        default DeviceInfo notes() {
            return new DeviceInfo(false, List.of("tun-tso", "udp-gro"), Map.of());
        }

        @Override
        default Map<DropReason, Long> drops() {
            return Map.of(DropReason.NO_ROUTE, 7L, DropReason.REPLAYED, 3L, DropReason.NOT_IP, 0L);
        }
    }

    private Statuses() {}
}
