package dev.adit.stack.socket;

/// The internal state of a connection for diagnosis, as `ss -ti` shows it for the kernel's
/// connections. Immutable.
///
/// @param smoothedRtt nanoseconds, 0 before the first sample
/// @param rttVariation nanoseconds
/// @param retransmissionTimeout nanoseconds, with its backoff
/// @param congestionWindow bytes
/// @param slowStartThreshold bytes, `Long.MAX_VALUE` before the first loss
/// @param maxSegment bytes of payload in a full segment
/// @param sendQueue bytes written and not yet acknowledged
/// @param inFlight bytes thought to be in the network
/// @param peerWindow bytes that the peer offers
/// @param receiveQueue bytes that can be read
/// @param outOfOrder bytes received behind a hole
/// @param receiveCapacity the most bytes offered to the peer now
/// @param bytesSent payload bytes, without retransmissions, acknowledged or not
/// @param bytesReceived payload bytes in order
/// @param retransmissions segments sent again
/// @param spuriousRecoveries reductions of the window that were undone
/// @param pathMtu bytes
public record ConnectionInfo(
        ConnectionState state,
        long smoothedRtt,
        long rttVariation,
        long retransmissionTimeout,
        long congestionWindow,
        long slowStartThreshold,
        int maxSegment,
        long sendQueue,
        long inFlight,
        long peerWindow,
        long receiveQueue,
        long outOfOrder,
        long receiveCapacity,
        long bytesSent,
        long bytesReceived,
        long retransmissions,
        long spuriousRecoveries,
        int pathMtu) {}
