package dev.adit.tools.show;

import dev.adit.device.config.DeviceConfiguration;
import dev.adit.device.config.PeerConfiguration;
import dev.adit.protocol.keys.SecretKey;
import dev.adit.tools.terminal.ErasableText;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/// Prints an interface and its peers for people. Confined to one thread.
final class Pretty {
    private final ErasableText text;
    private final Style style;
    private final Units units;
    private final boolean hideKeys;
    private final Instant now;

    /// @param hideKeys true to show only that there are secrets
    Pretty(ErasableText text, Style style, boolean hideKeys, Instant now) {
        this.text = text;
        this.style = style;
        this.units = new Units(style);
        this.hideKeys = hideKeys;
        this.now = now;
    }

    /// Appends one interface, its peers in the order of their last handshakes.
    void add(String name, DeviceConfiguration status) {
        text.add(style.start());
        heading(Style.Colour.INTERFACE, "interface", name);
        if (status.privateKey() != null) {
            line("public key", status.privateKey().publicKey().toBase64());
            secret("private key", status.privateKey());
        }
        if (status.listenPort() != 0) line("listening port", "" + status.listenPort());
        if (status.fwmark() != 0) line("fwmark", "0x" + Integer.toHexString(status.fwmark()));
        List<PeerConfiguration> peers = status.peers().stream().sorted(NEWEST_FIRST).toList();
        for (PeerConfiguration peer : peers) {
            text.add("\n");
            add(peer);
        }
    }

    private void add(PeerConfiguration peer) {
        heading(Style.Colour.PEER, "peer", peer.publicKey().toBase64());
        if (!peer.presharedKey().isZero()) secret("preshared key", peer.presharedKey());
        if (peer.endpoint() != null) line("endpoint", EndpointText.of(peer.endpoint()));
        line("allowed ips", allowedIps(peer));
        long handshake = peer.lastHandshake().getEpochSecond();
        if (handshake != 0) {
            line("latest handshake", units.ago(handshake, now.getEpochSecond()));
        }
        if (peer.receivedBytes() != 0 || peer.sentBytes() != 0) {
            String received = units.bytes(peer.receivedBytes()) + " received, ";
            line("transfer", received + units.bytes(peer.sentBytes()) + " sent");
        }
        if (peer.persistentKeepalive() != 0) {
            line("persistent keepalive", units.every(peer.persistentKeepalive()));
        }
    }

    private String allowedIps(PeerConfiguration peer) {
        if (peer.allowedIps().isEmpty()) return "(none)";
        return peer.allowedIps().stream()
                .map(prefix -> prefix.address() + style.unit("/") + prefix.length())
                .collect(Collectors.joining(", "));
    }

    private void heading(Style.Colour colour, String word, String name) {
        text.add(style.heading(colour, word) + ": " + style.name(colour, name) + "\n");
    }

    private void line(String label, String value) {
        text.add("  " + style.label(label) + ": " + value + "\n");
    }

    private void secret(String label, SecretKey key) {
        if (hideKeys) line(label, "(hidden)");
        else text.add("  " + style.label(label) + ": ").add(key).add("\n");
    }

    private static final Comparator<PeerConfiguration> NEWEST_FIRST =
            Comparator.comparing(PeerConfiguration::lastHandshake).reversed();
}
