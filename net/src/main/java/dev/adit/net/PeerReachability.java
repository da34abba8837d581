package dev.adit.net;

import dev.adit.device.Device;
import dev.adit.device.config.PeerStatus;
import dev.adit.device.event.DeviceEvent;
import dev.adit.device.event.DeviceListener;
import dev.adit.ip.address.IpAddress;
import dev.adit.ip.address.IpPrefix;
import dev.adit.net.core.PeerDiagnosis;
import dev.adit.net.core.TunnelStack;
import dev.adit.protocol.keys.PublicKey;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// Knows which peers have a session and which do not answer. Thread-safe.
final class PeerReachability implements DeviceListener, PeerDiagnosis {
    private final String network;
    private final Map<PublicKey, Session> sessions = new HashMap<>(); // guarded by this, as is:
    private final Set<PublicKey> answering = new HashSet<>(); // that the stack does not know of yet
    private volatile @Nullable Device device; // both are set before the interface is up
    private volatile @Nullable TunnelStack net;

    /// What is known of a peer.
    ///
    /// @param established when a handshake was complete, or `Long.MIN_VALUE`
    /// @param unanswered initiations in a row
    /// @param since when the first of these was found unanswered
    private record Session(long established, int unanswered, long since) {}

    PeerReachability(String network) {
        this.network = network;
    }

    void begin(Device ours, TunnelStack stack) {
        device = ours;
        net = stack;
    }

    @Override
    public void event(DeviceEvent event) {
        switch (event) {
            case DeviceEvent.SessionEstablished now -> session(now.peer().publicKey());
            case DeviceEvent.HandshakeRetried now ->
                    unanswered(now.peer().publicKey(), now.attempt() - 1);
            case DeviceEvent.HandshakeGivenUp now ->
                    unanswered(now.peer().publicKey(), now.attempts());
            case DeviceEvent.PeerRemoved now -> forget(now.peer().publicKey());
            default -> {}
        }
    }

    private void session(PublicKey peer) {
        synchronized (this) {
            sessions.put(peer, new Session(System.nanoTime(), 0, 0));
            answering.add(peer);
            notifyAll();
        }
        // Not now: monitors of the device may be held.
        TunnelStack stack = net;
        if (stack != null) stack.peersAnswer(this::takeAnswering);
    }

    private synchronized void unanswered(PublicKey peer, int initiations) {
        Session before = sessions.get(peer);
        long established = before == null ? Long.MIN_VALUE : before.established;
        long since =
                before == null || before.unanswered == 0
                        ? System.nanoTime() - REKEY_TIMEOUT
                        : before.since;
        sessions.put(peer, new Session(established, initiations, since));
    }

    private synchronized void forget(PublicKey peer) {
        sessions.remove(peer);
        answering.remove(peer);
    }

    /// True for the addresses of the peers that answer since the last call.
    private Predicate<IpAddress> takeAnswering() {
        List<PublicKey> fresh;
        synchronized (this) {
            fresh = List.copyOf(answering);
            answering.clear();
        }
        Device ours = Objects.requireNonNull(device);
        List<IpPrefix> prefixes =
                fresh.stream().flatMap(peer -> ours.allowedIps(peer).stream()).toList();
        return address -> prefixes.stream().anyMatch(prefix -> contains(prefix, address));
    }

    private static boolean contains(IpPrefix prefix, IpAddress address) {
        return prefix.address().v6() == address.v6()
                && prefix.contains(address.high(), address.low());
    }

    /// Initiations in a row that `peer` has not answered.
    synchronized int unanswered(PublicKey peer) {
        Session session = sessions.get(peer);
        return session == null ? 0 : session.unanswered;
    }

    @Override
    public String explain(IpAddress destination) {
        Device ours = device;
        TunnelStack stack = net;
        if (ours == null || stack == null || stack.isOwn(destination)) return "";
        return explain(destination, ours.status().peers());
    }

    private String explain(IpAddress destination, List<PeerStatus> peers) {
        PeerStatus best = null;
        int longest = -1;
        for (PeerStatus peer : peers) {
            for (IpPrefix prefix : peer.allowedIps()) {
                if (prefix.length() <= longest || !contains(prefix, destination)) continue;
                best = peer;
                longest = prefix.length();
            }
        }
        if (best == null) {
            return "no peer of " + network + " has " + destination + " in its AllowedIPs";
        }
        if (best.endpoint() == null) {
            return "peer " + best.publicKey() + " has no endpoint, and was not heard from yet";
        }
        return answers(best);
    }

    private synchronized String answers(PeerStatus peer) {
        String who = "peer " + peer.publicKey() + " at " + peer.endpoint();
        Session session = sessions.get(peer.publicKey());
        if (session == null || session.unanswered == 0) {
            boolean never = peer.lastHandshake().equals(Instant.EPOCH);
            return never ? who + " has not answered a handshake yet" : "";
        }
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - session.since);
        return "%s has not answered %d initiation%s since %d s"
                .formatted(who, session.unanswered, session.unanswered == 1 ? "" : "s", seconds);
    }

    /// Asks for a session with each peer that has an endpoint, and waits until all have one.
    ///
    /// @return false when they have not by the end of `timeout`, or the network is closed
    boolean await(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        Device ours = Objects.requireNonNull(device);
        TunnelStack stack = Objects.requireNonNull(net);
        while (!stack.isClosing()) {
            ours.initiate();
            List<PublicKey> wanted = withEndpoint(ours);
            synchronized (this) {
                if (wanted.stream().allMatch(this::hasSession)) return true;
                long left = deadline - System.nanoTime();
                if (left <= 0) return false;
                long millis = TimeUnit.NANOSECONDS.toMillis(left) + 1;
                wait(Math.min(millis, LONGEST_WAIT));
            }
        }
        return false;
    }

    private static List<PublicKey> withEndpoint(Device device) {
        return device.status().peers().stream()
                .filter(peer -> peer.endpoint() != null)
                .map(PeerStatus::publicKey)
                .toList();
    }

    private boolean hasSession(PublicKey peer) {
        Session session = sessions.get(peer);
        return session != null
                && session.established != Long.MIN_VALUE
                && System.nanoTime() - session.established < REJECT_AFTER_TIME;
    }

    private static final long REKEY_TIMEOUT = 5_000_000_000L;
    private static final long REJECT_AFTER_TIME = 180_000_000_000L;
    private static final long LONGEST_WAIT = 1000; // milliseconds; then it asks again
}
