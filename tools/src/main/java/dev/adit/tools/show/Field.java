package dev.adit.tools.show;

import dev.adit.device.config.DeviceConfiguration;
import dev.adit.device.config.PeerConfiguration;
import dev.adit.protocol.keys.SecretKey;
import dev.adit.tools.terminal.ErasableText;

import org.jspecify.annotations.Nullable;

import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/// The fields of an interface that can be shown in lines for scripts. Stateless.
enum Field {
    PUBLIC_KEY(
            "public-key",
            "of the interface",
            device((text, device) -> text.add(publicKey(device)))),
    PRIVATE_KEY(
            "private-key",
            "of the interface",
            device((text, device) -> key(text, device.privateKey()))),
    LISTEN_PORT(
            "listen-port",
            "the UDP port, or 0",
            device((text, device) -> text.add("" + device.listenPort()))),
    FWMARK(
            "fwmark",
            "the mark of the interface's own packets, or off",
            device((text, device) -> text.add(fwmark(device)))),
    PEERS("peers", "the peers' public keys", peers((text, peer) -> text.add(name(peer)))),
    PRESHARED_KEYS(
            "preshared-keys",
            "each peer, and its preshared key",
            peers((text, peer) -> key(text.add(name(peer) + "\t"), peer.presharedKey()))),
    ENDPOINTS(
            "endpoints",
            "each peer, and its endpoint",
            peers((text, peer) -> text.add(name(peer) + "\t" + endpoint(peer)))),
    ALLOWED_IPS(
            "allowed-ips",
            "each peer, and its prefixes",
            peers((text, peer) -> text.add(name(peer) + "\t" + allowedIps(peer, " ")))),
    LATEST_HANDSHAKES(
            "latest-handshakes",
            "each peer, and the time in seconds since 1970, or 0",
            peers((text, peer) -> text.add(name(peer) + "\t" + handshake(peer)))),
    TRANSFER(
            "transfer",
            "each peer, and the bytes received and sent",
            peers((text, peer) -> text.add(name(peer) + "\t" + transfer(peer)))),
    PERSISTENT_KEEPALIVE(
            "persistent-keepalive",
            "each peer, and the interval in seconds, or off",
            peers((text, peer) -> text.add(name(peer) + "\t" + keepalive(peer)))),
    DUMP("dump", "everything, separated by tabs", Field::dump);

    private final String word;
    private final String meaning;
    private final Lines lines;

    Field(String word, String meaning, Lines lines) {
        this.word = word;
        this.meaning = meaning;
        this.lines = lines;
    }

    /// The word that selects it.
    String word() {
        return word;
    }

    /// A short description.
    String meaning() {
        return meaning;
    }

    /// The field called `word`, or null.
    static @Nullable Field of(String word) {
        for (Field field : values()) {
            if (field.word.equals(word)) return field;
        }
        return null;
    }

    /// Appends the lines of this field.
    ///
    /// @param prefix the beginning of each line: nothing, or the interface's name and a tab
    void add(ErasableText text, String prefix, DeviceConfiguration device) {
        lines.add(text, prefix, device);
    }

    private interface Lines {
        void add(ErasableText text, String prefix, DeviceConfiguration device);
    }

    /// Makes one line for the interface.
    private static Lines device(BiConsumer<ErasableText, DeviceConfiguration> line) {
        return (text, prefix, device) -> {
            line.accept(text.add(prefix), device);
            text.add("\n");
        };
    }

    /// Makes one line for each peer.
    private static Lines peers(BiConsumer<ErasableText, PeerConfiguration> line) {
        return (text, prefix, device) -> {
            for (PeerConfiguration peer : device.peers()) {
                line.accept(text.add(prefix), peer);
                text.add("\n");
            }
        };
    }

    private static void dump(ErasableText text, String prefix, DeviceConfiguration device) {
        key(text.add(prefix), device.privateKey());
        text.add("\t" + publicKey(device) + "\t" + device.listenPort());
        text.add("\t" + fwmark(device) + "\n");
        for (PeerConfiguration peer : device.peers()) {
            key(text.add(prefix + name(peer) + "\t"), peer.presharedKey());
            text.add("\t" + endpoint(peer) + "\t" + allowedIps(peer, ","));
            text.add("\t" + handshake(peer) + "\t" + transfer(peer));
            text.add("\t" + keepalive(peer) + "\n");
        }
    }

    private static void key(ErasableText text, @Nullable SecretKey key) {
        if (key == null || key.isZero()) text.add(NONE);
        else text.add(key);
    }

    private static String publicKey(DeviceConfiguration device) {
        return device.privateKey() == null ? NONE : device.privateKey().publicKey().toBase64();
    }

    private static String fwmark(DeviceConfiguration device) {
        return device.fwmark() == 0 ? "off" : "0x" + Integer.toHexString(device.fwmark());
    }

    private static String name(PeerConfiguration peer) {
        return peer.publicKey().toBase64();
    }

    private static String endpoint(PeerConfiguration peer) {
        return peer.endpoint() == null ? NONE : EndpointText.of(peer.endpoint());
    }

    private static String allowedIps(PeerConfiguration peer, String separator) {
        if (peer.allowedIps().isEmpty()) return NONE;
        return peer.allowedIps().stream()
                .map(Object::toString)
                .collect(Collectors.joining(separator));
    }

    private static long handshake(PeerConfiguration peer) {
        return peer.lastHandshake().getEpochSecond();
    }

    private static String transfer(PeerConfiguration peer) {
        return Long.toUnsignedString(peer.receivedBytes())
                + "\t"
                + Long.toUnsignedString(peer.sentBytes());
    }

    private static String keepalive(PeerConfiguration peer) {
        return peer.persistentKeepalive() == 0 ? "off" : "" + peer.persistentKeepalive();
    }

    private static final String NONE = "(none)";
}
