package dev.adit.tools.ifconfig;

import dev.adit.device.config.Configurable;
import dev.adit.device.config.DeviceNotes;
import dev.adit.device.config.DeviceStatus;
import dev.adit.device.config.PeerStatus;
import dev.adit.device.io.ErrnoException;
import dev.adit.protocol.address.Endpoint;
import dev.adit.tools.terminal.Failure;
import dev.adit.tools.terminal.Reason;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What `ifconfig` shows of an interface. Private and preshared keys are never among it. Confined
/// to one thread.
final class Display {
    private final Around around;
    private final Instant now;
    private final StringBuilder text = new StringBuilder();

    Display(Around around, Instant now) {
        this.around = around;
        this.now = now;
    }

    /// The text about the interface of that name.
    ///
    /// @param peers whether to show them too
    String of(String name, boolean peers) throws Failure {
        DeviceStatus status = null;
        try {
            Optional<Link> link = Link.find(around, name);
            if (!around.daemons().serves(name)) throw Performer.notOurs(name, link);
            Configurable device = around.daemons().device(name);
            status = statusOrNull(device);
            DeviceNotes notes = status == null ? DeviceNotes.NONE : device.notes();
            text.setLength(0);
            header(name, link, notes.debug());
            if (status != null) wireguard(status, notes, peers);
            inner(Memory.read(around, name).inner());
            text.append("\tgroups: wg\n");
            link.ifPresent(this::addresses);
            return text.toString();
        } catch (IOException e) {
            throw new Failure(name + ": " + Reason.of(e));
        } finally {
            if (status != null) status.erase();
        }
    }

    /// The status, or null for who may not ask: that one sees what everybody may.
    private static DeviceStatus statusOrNull(Configurable device) throws IOException {
        try {
            return device.status();
        } catch (ErrnoException e) {
            if (e.errno() == EACCES) return null;
            throw e;
        }
    }

    private void header(String name, Optional<Link> link, boolean debug) {
        String line = link.map(Link::line).orElse("");
        int flags = flags(line) | (debug ? Flag.DEBUG.bit : 0);
        text.append(name).append(": flags=").append(Integer.toHexString(flags)).append('<');
        List<String> names = new ArrayList<>();
        for (Flag flag : Flag.values()) if ((flags & flag.bit) != 0) names.add(flag.name());
        text.append(String.join(",", names)).append('>');
        String domain = link.map(Link::namespace).orElse(null);
        if (domain != null) text.append(" rdomain ").append(domain);
        text.append(" mtu ").append(match(MTU, line, "0")).append('\n');
        String alias = match(ALIAS, line, "");
        if (!alias.isEmpty()) text.append("\tdescription: ").append(alias).append('\n');
        String index = match(INDEX, line, "0");
        text.append("\tindex ").append(index).append(" priority 0 llprio 3\n");
    }

    private static int flags(String line) {
        int flags = 0;
        for (String word : match(FLAGS, line, "").split(",")) {
            for (Flag flag : Flag.values()) if (flag.linux.equals(word)) flags |= flag.bit;
        }
        return flags;
    }

    private static String match(Pattern pattern, String line, String otherwise) {
        Matcher matcher = pattern.matcher(line);
        return matcher.find() ? matcher.group(1) : otherwise;
    }

    private void wireguard(DeviceStatus status, DeviceNotes notes, boolean peers) {
        if (status.listenPort() != 0) line("\twgport " + status.listenPort());
        if (status.fwmark() != 0) {
            line("\twgrtable " + Integer.toUnsignedString(status.fwmark()));
        }
        if (status.privateKey() != null) {
            line("\twgpubkey " + status.privateKey().publicKey().toBase64());
        }
        if (!peers) return;
        for (PeerStatus peer : status.peers()) peer(peer, notes);
    }

    private void peer(PeerStatus peer, DeviceNotes notes) {
        line("\twgpeer " + peer.publicKey().toBase64());
        notes.description(peer.publicKey()).ifPresent(it -> line("\t\twgdescr: " + it));
        if (!peer.presharedKey().isZero()) line("\t\twgpsk (present)");
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
            long age = now.getEpochSecond() - peer.lastHandshake().getEpochSecond();
            line("\t\tlast handshake: " + age + " seconds ago");
        }
        peer.allowedIps().forEach(prefix -> line("\t\twgaip " + prefix));
    }

    private void inner(int table) {
        if (table != 0) line("\tfib: " + table);
    }

    private void addresses(Link link) {
        for (Addresses.Present one : Addresses.of(link, false)) {
            String to = one.peer() == null ? "" : " --> " + one.peer();
            String all = one.broadcast() == null ? "" : " broadcast " + one.broadcast();
            int mask = one.length() == 0 ? 0 : -1 << 32 - one.length();
            line("\tinet " + one.text() + to + " netmask 0x%08x".formatted(mask) + all);
        }
        for (Addresses.Present one : Addresses.of(link, true)) {
            String to = one.peer() == null ? "" : " --> " + one.peer();
            line("\tinet6 " + one.text() + to + " prefixlen " + one.length());
        }
    }

    private void line(String line) {
        text.append(line).append('\n');
    }

    /// The flags of an interface, in the order in which they are shown.
    private enum Flag {
        UP(0x1, "UP"),
        BROADCAST(0x2, "BROADCAST"),
        DEBUG(0x4, "DEBUG"),
        POINTOPOINT(0x10, "POINTOPOINT"),
        RUNNING(0x40, "LOWER_UP"),
        NOARP(0x80, "NOARP"),
        MULTICAST(0x8000, "MULTICAST");

        private final int bit;
        private final String linux;

        Flag(int bit, String linux) {
            this.bit = bit;
            this.linux = linux;
        }
    }

    private static final int EACCES = 13;
    private static final Pattern INDEX = Pattern.compile("^(\\d+):");
    private static final Pattern FLAGS = Pattern.compile("<([^>]*)>");
    private static final Pattern MTU = Pattern.compile(" mtu (\\d+)");
    private static final Pattern ALIAS = Pattern.compile("\\\\ +alias (.*?)(?: *\\\\.*)?$");
}
