package dev.adit.protocol.sim;

import java.util.ArrayList;
import java.util.List;

/// Somebody who reads every datagram on the wire, and can decrypt none.
public final class Eavesdropper {
    private final List<Seen> seen = new ArrayList<>();

    public Eavesdropper(SimNetwork network) {
        network.watch(seen::add);
    }

    /// Everything, in the order in which it was sent.
    public List<Seen> all() {
        return seen;
    }

    /// Everything of `kind`.
    public List<Seen> all(Kind kind) {
        return seen.stream().filter(s -> s.kind() == kind).toList();
    }

    /// Everything of `kind` that `host` sent from where it is now.
    public List<Seen> from(SimTunnel host, Kind kind) {
        return all(kind).stream().filter(s -> s.from().equals(host.endpoint())).toList();
    }

    public List<Seen> initiations() {
        return all(Kind.INITIATION);
    }

    public List<Seen> responses() {
        return all(Kind.RESPONSE);
    }

    public List<Seen> cookieReplies() {
        return all(Kind.COOKIE_REPLY);
    }

    /// Data and keepalives.
    public List<Seen> transport() {
        return seen.stream().filter(Eavesdropper::isTransport).toList();
    }

    private static boolean isTransport(Seen s) {
        return s.kind() == Kind.DATA || s.kind() == Kind.KEEPALIVE;
    }

    /// The datagram of `kind` that was sent last.
    public Seen last(Kind kind) {
        return all(kind).getLast();
    }

    /// True when a datagram holds six bytes in a row that only plaintexts are made of.
    public boolean sawPlaintext() {
        return seen.stream().anyMatch(Eavesdropper::holdsPlaintext);
    }

    private static boolean holdsPlaintext(Seen s) {
        int run = 0;
        for (byte b : s.shared()) {
            run = b == PLAIN ? run + 1 : 0;
            if (run == 6) return true;
        }
        return false;
    }

    public void forget() {
        seen.clear();
    }

    /// What the payloads of [SimTunnel#send] consist of.
    static final byte PLAIN = 0x50;
}
