package dev.adit.protocol.sim;

import static dev.adit.protocol.sim.PaperConstants.seconds;

import dev.adit.testing.Packets;

import java.util.List;

/// What one peer sends when, told as a story: at this moment that is done to it, within that span
/// this is expected of it. Whatever it sends that is not expected is a failure, and so is every
/// message that does not come.
///
/// ```
/// timeline.at(0).sends().expects(INITIATION)
///         .between(5.0, 5.334).expects(INITIATION)
///         .at(6).receives(RESPONSE).expects(DATA);
/// ```
///
/// The other side is a [ScriptedPeer]; between the two, datagrams take no time. Times are seconds.
public final class Timeline {
    private final SimNetwork network;
    private final SimTunnel us;
    private final ScriptedPeer them;
    private int matched;
    private long from;
    private long to;

    public Timeline(long seed) {
        network = new SimNetwork(seed);
        network.conditions(Conditions.latency(0));
        us = network.tunnel();
        them = new ScriptedPeer(us, 1, true);
    }

    public SimTunnel us() {
        return us;
    }

    public ScriptedPeer them() {
        return them;
    }

    public SimNetwork network() {
        return network;
    }

    /// Seconds since the start.
    public double now() {
        return network.now() / 1e9;
    }

    // ---- when

    /// Lets time pass until `second`, in which nothing may be sent.
    public Timeline at(double second) {
        settle();
        requireNothing("before " + second);
        long moment = seconds(second);
        while (network.next() < moment) {
            network.step();
            requireNothing("before " + second);
        }
        network.runUntil(moment - 1);
        requireNothing("before " + second);
        if (network.now() < moment) network.at(moment, () -> {});
        network.runUntil(moment);
        from = to = moment;
        return this;
    }

    /// What is expected next comes no earlier and no later than this.
    public Timeline between(double earliest, double latest) {
        settle();
        requireNothing("before the span");
        from = seconds(earliest);
        to = seconds(latest);
        return this;
    }

    /// What is expected next comes that many seconds from now.
    public Timeline after(double earliest, double latest) {
        return between(now() + earliest, now() + latest);
    }

    /// Nothing is sent until `second`.
    public Timeline silentUntil(double second) {
        at(second);
        settle();
        requireNothing("at " + second);
        return this;
    }

    // ---- what is done to it

    /// Its user sends a packet.
    public Timeline sends() {
        us.write(Packets.udp(us.inner4(), them.inner(), new byte[24]));
        return this;
    }

    /// A message of `kind` comes from the other side: the response to the last initiation, a cookie
    /// for the last handshake message, a packet or keepalive of the newest session.
    public Timeline receives(MessageKind kind) {
        return receives(
                switch (kind) {
                    case INITIATION -> them.initiation();
                    case RESPONSE -> them.response(them.last(MessageKind.INITIATION));
                    case COOKIE_REPLY -> them.cookieReply(lastHandshakeMessage());
                    case KEEPALIVE -> them.keepalive();
                    case DATA -> them.data();
                    case OTHER -> new byte[100];
                });
    }

    private byte[] lastHandshakeMessage() {
        return them.received().stream()
                .filter(s -> s.kind() == MessageKind.INITIATION || s.kind() == MessageKind.RESPONSE)
                .toList()
                .getLast()
                .bytes();
    }

    public Timeline receives(byte[] datagram) {
        them.send(datagram);
        return this;
    }

    /// Something else happens to it.
    public Timeline then(Runnable action) {
        action.run();
        return this;
    }

    // ---- what it does

    /// It sends messages of these kinds, in this order, at this moment or in this span; the other
    /// side consumes a response, and opens data.
    public Timeline expects(MessageKind... kinds) {
        for (MessageKind kind : kinds) {
            byte[] message = await(kind);
            switch (kind) {
                case RESPONSE -> them.finish(message);
                case DATA, KEEPALIVE -> {
                    if (them.open(message) == null)
                        throw new AssertionError(kind + " is sealed badly");
                }
                default -> {}
            }
        }
        return this;
    }

    /// It sends a message of `kind`, which is lost.
    public Timeline loses(MessageKind kind) {
        await(kind);
        return this;
    }

    private byte[] await(MessageKind kind) {
        settle();
        while (received().size() == matched && network.next() <= to) network.step();
        if (received().size() == matched) {
            throw new AssertionError("%s expected until %.3f s".formatted(kind, to / 1e9));
        }
        CapturedDatagram next = received().get(matched++);
        if (next.kind() != kind) throw new AssertionError(next + " instead of " + kind);
        if (next.time() < from || next.time() > to) {
            throw new AssertionError(
                    "%s, not between %.3f and %.3f s".formatted(next, from / 1e9, to / 1e9));
        }
        return next.bytes();
    }

    /// Nothing is sent now.
    public Timeline expectsNothing() {
        settle();
        requireNothing("now");
        return this;
    }

    private void settle() {
        network.run(0);
    }

    private void requireNothing(String when) {
        if (received().size() == matched) return;
        throw new AssertionError(received().get(matched) + ", where nothing is expected " + when);
    }

    private List<CapturedDatagram> received() {
        return them.received();
    }
}
