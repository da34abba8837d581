package dev.adit.protocol.sim;

import java.util.ArrayList;
import java.util.List;

/// Somebody who reads every datagram on the wire, and can decrypt none.
public final class Eavesdropper {
    private final List<CapturedDatagram> seen = new ArrayList<>();

    public Eavesdropper(SimNetwork network) {
        network.watch(seen::add);
    }

    /// Everything, in the order in which it was sent.
    public List<CapturedDatagram> all() {
        return seen;
    }

    /// Everything of `kind`.
    public List<CapturedDatagram> all(MessageKind kind) {
        return seen.stream().filter(s -> s.kind() == kind).toList();
    }

    /// Everything of `kind` that `host` sent from where it is now.
    public List<CapturedDatagram> from(SimTunnel host, MessageKind kind) {
        return all(kind).stream().filter(s -> s.from().equals(host.endpoint())).toList();
    }

    public List<CapturedDatagram> initiations() {
        return all(MessageKind.INITIATION);
    }

    public List<CapturedDatagram> responses() {
        return all(MessageKind.RESPONSE);
    }

    public List<CapturedDatagram> cookieReplies() {
        return all(MessageKind.COOKIE_REPLY);
    }

    /// Data and keepalives.
    public List<CapturedDatagram> transport() {
        return seen.stream().filter(Eavesdropper::isTransport).toList();
    }

    private static boolean isTransport(CapturedDatagram s) {
        return s.kind() == MessageKind.DATA || s.kind() == MessageKind.KEEPALIVE;
    }

    /// The datagram of `kind` that was sent last.
    public CapturedDatagram last(MessageKind kind) {
        return all(kind).getLast();
    }

    /// True when a datagram holds six bytes in a row that only plaintexts are made of.
    public boolean sawPlaintext() {
        return seen.stream().anyMatch(Eavesdropper::holdsPlaintext);
    }

    private static boolean holdsPlaintext(CapturedDatagram s) {
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
