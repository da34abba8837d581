package dev.adit.net.lab;

import dev.adit.device.config.ConfigException;
import dev.adit.net.MemoryUdp;
import dev.adit.net.Network;
import dev.adit.net.NetworkBuilder;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/// Two networks of one program, each the other's only peer, over UDP in memory. Their addresses are
/// 10.0.0.1 and fd00::1, and 10.0.0.2 and fd00::2.
public final class TwoNetworks implements AutoCloseable {
    public final MemoryUdp udp = new MemoryUdp();
    public final Network left;
    public final Network right;

    public TwoNetworks() {
        this("", b -> {});
    }

    /// @param dns added to the interface section of the left one
    public TwoNetworks(String dns, Consumer<NetworkBuilder> settings) {
        Keys one = Keys.make(), other = Keys.make();
        left = network(udp, "left", 1, 2, one, other, dns, settings);
        right = network(udp, "right", 2, 1, other, one, "", settings);
    }

    private static Network network(
            MemoryUdp udp,
            String name,
            int number,
            int peer,
            Keys own,
            Keys theirs,
            String more,
            Consumer<NetworkBuilder> settings) {
        String text =
                """
                [Interface]
                PrivateKey = %s
                Address = 10.0.0.%d/24, fd00::%d/64
                ListenPort = 51820
                %s
                [Peer]
                PublicKey = %s
                AllowedIPs = 10.0.0.%d/32, fd00::%d/128
                Endpoint = 192.0.2.%d:51820
                """
                        .formatted(
                                own.privateKey(),
                                number,
                                number,
                                more,
                                theirs.publicKey(),
                                peer,
                                peer,
                                peer);
        NetworkBuilder builder =
                Network.builder()
                        .config(name, text.getBytes(StandardCharsets.UTF_8))
                        .binds(udp.host("192.0.2." + number));
        settings.accept(builder);
        try {
            return builder.build();
        } catch (IOException | ConfigException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        left.close(java.time.Duration.ZERO);
        right.close(java.time.Duration.ZERO);
    }
}
