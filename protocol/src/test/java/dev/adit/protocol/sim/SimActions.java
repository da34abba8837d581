package dev.adit.protocol.sim;

import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.tunnel.Actions;
import dev.adit.protocol.tunnel.Peer;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/// What a tunnel wants, noted as it says so and carried out when it has returned.
public final class SimActions implements Actions {
    private final SimTunnel owner;
    private final Queue<Runnable> orders = new ArrayDeque<>();
    private final List<Report> reports = new ArrayList<>();
    private Duration wallClockError = Duration.ZERO;
    private boolean busy;
    private long delay;
    private long lastId;

    /// Something that an administrator may look for.
    public record Report(long time, Peer peer, PeerEvent news, int number) {}

    SimActions(SimTunnel owner) {
        this.owner = owner;
    }

    /// Has everything that is wanted done so many nanoseconds later, as if somebody else did it who
    /// is busy.
    public void delay(long nanoseconds) {
        delay = nanoseconds;
    }

    /// Does everything that is wanted, and what is wanted in consequence.
    public void carryOut() {
        if (busy) return;
        if (delay > 0) {
            carryOutLater();
            return;
        }
        busy = true;
        for (Runnable next = orders.poll(); next != null; next = orders.poll()) next.run();
        busy = false;
    }

    private void carryOutLater() {
        SimNetwork network = owner.network();
        for (Runnable next = orders.poll(); next != null; next = orders.poll()) {
            Runnable order = next;
            network.at(
                    network.now() + delay,
                    () -> {
                        order.run();
                        carryOut();
                    });
        }
    }

    @Override
    public void initiation(Peer peer) {
        orders.add(() -> owner.transmitter().initiate(peer));
    }

    @Override
    public void keepalive(Peer peer) {
        orders.add(() -> owner.transmitter().keepalive(peer));
    }

    @Override
    public void flush(Peer peer) {
        orders.add(() -> owner.transmitter().flush(peer));
    }

    @Override
    public void dropStaged(Peer peer) {
        orders.add(() -> owner.count(DropReason.HANDSHAKE_GIVEN_UP, peer.dropStaged()));
    }

    @Override
    public Instant wallClock() {
        return owner.network().wallClock().plus(wallClockError);
    }

    /// Sets the clock on the wall wrong by so much; no timer notices.
    public void wallClockError(Duration error) {
        wallClockError = error;
    }

    @Override
    public void report(Peer peer, PeerEvent news, int number) {
        reports.add(new Report(owner.network().now(), peer, news, number));
    }

    /// Everything that was reported.
    public List<Report> reports() {
        return reports;
    }

    /// When `news` was reported.
    public List<Long> reports(PeerEvent news) {
        return reports.stream().filter(r -> r.news() == news).map(Report::time).toList();
    }

    /// A number for a packet that no other packet of this tunnel has.
    long nextId() {
        return ++lastId;
    }
}
