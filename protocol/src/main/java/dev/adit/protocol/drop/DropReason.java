package dev.adit.protocol.drop;

/// The reason why a packet was not delivered. Every packet that is neither delivered nor still
/// under way is counted under exactly one of these.
public enum DropReason {
    // From the network.

    /// The type is none of the four, or the reserved bytes are not zero.
    UNKNOWN_TYPE("unknown-type", "message type unknown or reserved bytes not zero"),
    /// A handshake message or cookie reply of the wrong length, or transport data of fewer than 32
    /// bytes.
    WRONG_LENGTH("wrong-length", "message length does not fit its type"),
    /// The datagram was longer than the receive buffer.
    TRUNCATED("truncated", "datagram longer than the receive buffer"),
    /// mac1 is wrong: the sender does not know our public key.
    INVALID_MAC(
            "invalid-mac", "mac1 is wrong: the sender has another public key for this interface"),
    /// Under load and without a valid mac2: answered with a cookie reply.
    COOKIE_DEMANDED("cookie-demanded", "under load: answered with a cookie"),
    /// Under load and over the rate that one source address may use.
    RATE_LIMITED("rate-limited", "under load: too many handshakes from this address"),
    /// Under load and without a valid mac2: more arrived than are answered with a cookie reply, and
    /// this one was not sampled.
    COOKIE_WITHHELD("cookie-withheld", "under load: more than are answered with a cookie"),
    /// The queue of handshake messages is full.
    HANDSHAKE_QUEUE_FULL("handshake-queue-full", "handshake queue is full"),
    /// No private key is set, so handshakes are impossible.
    NO_PRIVATE_KEY("no-private-key", "interface has no private key"),
    /// A field of a handshake message did not authenticate.
    INVALID_INITIATION("invalid-initiation", "handshake initiation does not authenticate"),
    /// A field of a handshake response did not authenticate, or no handshake waits for it.
    INVALID_RESPONSE("invalid-response", "handshake response does not authenticate"),
    /// The initiation is authentic, but its sender is no peer of this interface.
    UNKNOWN_PEER("unknown-peer", "handshake initiation from a key that is no peer"),
    /// The initiation's timestamp is not newer than the last one's.
    REPLAYED_INITIATION(
            "replayed-initiation", "handshake initiation replayed or older than the last"),
    /// The peer initiates more often than every 20 ms.
    INITIATION_FLOOD("initiation-flood", "peer initiates handshakes too often"),
    /// The index belongs to no handshake or session of ours.
    UNKNOWN_INDEX("unknown-index", "receiver index belongs to no session"),
    /// The cookie reply did not authenticate, or answers nothing that was sent.
    INVALID_COOKIE("invalid-cookie", "cookie reply does not authenticate"),
    /// The session is older than Reject-After-Time or its counter is used up.
    EXPIRED_SESSION("expired-session", "session expired"),
    /// The packet's tag is wrong.
    NOT_AUTHENTIC("not-authentic", "transport data does not authenticate"),
    /// The counter was seen before, or is behind the replay window.
    REPLAYED("replayed", "counter replayed or too old"),
    /// The decrypted packet is neither IPv4 nor IPv6, or its length fields are wrong.
    NOT_IP("not-ip", "packet is neither valid IPv4 nor IPv6"),
    /// The decrypted packet's source address does not belong to the peer that sent it.
    UNALLOWED_SOURCE("unallowed-source", "packet has unallowed source address"),
    /// The TUN did not take the packet.
    TUN_REFUSED("tun-refused", "interface refused the packet"),

    // From the TUN.

    /// No peer has an allowed IP for the destination.
    NO_ROUTE("no-route", "no peer has allowed IPs matching the destination"),
    /// The peer has no endpoint yet.
    NO_ENDPOINT("no-endpoint", "peer has no endpoint"),
    /// The packet is one of our own on its way to the peer: the peer's endpoint is routed into the
    /// tunnel.
    ROUTING_LOOP("routing-loop", "peer's endpoint is routed into its own tunnel"),
    /// More packets waited for a handshake than the peer's queue holds, or than the device allows
    /// for all peers; the oldest were dropped, from the peers that held most.
    STAGED_OVERFLOW("staged-overflow", "too many packets waiting for a handshake"),
    /// The handshake was given up, or the interface went down, while the packet waited.
    HANDSHAKE_GIVEN_UP("handshake-given-up", "no handshake completed in time"),
    /// The socket refused the packet.
    SEND_FAILED("send-failed", "socket refused the packet"),
    /// The interface is down.
    INTERFACE_DOWN("interface-down", "interface is down");

    private final String label;
    private final String text;

    DropReason(String label, String text) {
        this.label = label;
        this.text = text;
    }

    /// The stable name in statistics, in lower case with hyphens.
    public String label() {
        return label;
    }

    /// A short description for people.
    public String text() {
        return text;
    }
}
