package dev.adit.tools.ifconfig;

import dev.adit.device.config.DeviceStatus;
import dev.adit.device.config.PeerStatus;
import dev.adit.ip.address.Endpoint;

/// Prints an interface and its peers like OpenBSD's ifconfig(8). Confined to one thread.
final class OpenBsdLayout {
    private final InterfaceFacts facts;
    private final StringBuilder text;

    OpenBsdLayout(InterfaceFacts facts, StringBuilder text) {
        this.facts = facts;
        this.text = text;
    }

    void print(boolean peers) {
        text.append(facts.name()).append(": flags=").append(facts.flagText());
        if (facts.domain() != null) text.append(" rdomain ").append(facts.domain());
        text.append(" mtu ").append(facts.mtu()).append('\n');
        if (!facts.description().isEmpty()) line("\tdescription: " + facts.description());
        line("\tindex " + facts.index() + " priority 0 llprio 3");
        if (facts.status() != null) wireguard(facts.status(), peers);
        if (facts.record().inner() != 0) line("\tfib: " + facts.record().inner());
        line("\tgroups: " + facts.groups());
        BsdAddressPrinter.print(facts, text);
    }

    private void wireguard(DeviceStatus status, boolean peers) {
        if (status.listenPort() != 0) line("\twgport " + status.listenPort());
        if (status.fwmark() != 0) {
            line("\twgrtable " + Integer.toUnsignedString(status.fwmark()));
        }
        if (status.publicKey() != null) {
            line("\twgpubkey " + status.publicKey().toBase64());
        }
        if (!peers) return;
        for (PeerStatus peer : status.peers()) peer(peer);
    }

    private void peer(PeerStatus peer) {
        line("\twgpeer " + peer.publicKey().toBase64());
        facts.notes().description(peer.publicKey()).ifPresent(it -> line("\t\twgdescr: " + it));
        if (peer.hasPresharedKey()) line("\t\twgpsk (present)");
        if (peer.persistentKeepalive() != 0) {
            line("\t\twgpka " + peer.persistentKeepalive() + " (sec)");
        }
        Endpoint endpoint = peer.endpoint();
        if (endpoint != null) {
            line("\t\twgendpoint " + endpoint.address() + " " + endpoint.port());
        }
        line(
                "\t\ttx: %s, rx: %s"
                        .formatted(
                                Long.toUnsignedString(peer.sentBytes()),
                                Long.toUnsignedString(peer.receivedBytes())));
        if (peer.lastHandshake().getEpochSecond() != 0) {
            long age = facts.now().getEpochSecond() - peer.lastHandshake().getEpochSecond();
            line("\t\tlast handshake: " + age + " seconds ago");
        }
        peer.allowedIps().forEach(prefix -> line("\t\twgaip " + prefix));
    }

    private void line(String line) {
        text.append(line).append('\n');
    }
}
