package dev.adit.proxy.lab;

import dev.adit.device.config.ConfigException;
import dev.adit.net.MemoryUdp;
import dev.adit.net.Network;
import dev.adit.protocol.keys.PrivateKey;
import dev.adit.protocol.keys.PublicKey;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;

/// Two networks of this program, each the other's peer: 10.0.0.1 and fd00::1 here, 10.0.0.2 and
/// fd00::2 there. Immutable.
public final class NetworkPair implements AutoCloseable {
    private final MemoryUdp udp = new MemoryUdp();
    public final Network here;
    public final Network there;

    /// @param more lines of the interface section here, each with its end
    public NetworkPair(String more) throws IOException, ConfigException {
        SecureRandom random = new SecureRandom();
        PrivateKey one = PrivateKey.generate(random), other = PrivateKey.generate(random);
        here = network("here", 1, 2, more, one, other);
        there = network("there", 2, 1, "", other, one);
    }

    private Network network(
            String name, int own, int peer, String more, PrivateKey key, PrivateKey theirs)
            throws IOException, ConfigException {
        String text =
                """
                [Interface]
                PrivateKey = %s
                Address = 10.0.0.%d/24, fd00::%d/64
                ListenPort = 51820
                %s[Peer]
                PublicKey = %s
                AllowedIPs = 10.0.0.%d/32, fd00::%d/128
                Endpoint = 192.0.2.%d:51820
                """
                        .formatted(
                                new String(key.toBase64(), StandardCharsets.US_ASCII),
                                own,
                                own,
                                more,
                                theirs.publicKey().toBase64(),
                                peer,
                                peer,
                                peer);
        return Network.builder()
                .config(name, text.getBytes(StandardCharsets.US_ASCII))
                .binds(udp.host("192.0.2." + own))
                .build();
    }

    /// The key of a peer that is nowhere.
    public static PublicKey strangersKey() {
        return PrivateKey.generate(new SecureRandom()).publicKey();
    }

    @Override
    public void close() {
        here.close(Duration.ZERO);
        there.close(Duration.ZERO);
    }
}
