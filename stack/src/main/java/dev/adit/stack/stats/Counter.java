package dev.adit.stack.stats;

/// The events that a stack counts; [Counters] has their numbers.
public enum Counter {
    PACKETS_RECEIVED,
    PACKETS_SENT,

    /// Dropped: not IP, a length that is wrong, a bad header checksum or extension header.
    BAD_HEADER,
    /// Dropped: the transport's checksum is wrong.
    BAD_CHECKSUM,
    /// Dropped: a source address that no packet can have (RFC 1812 §5.3.7).
    MARTIAN_SOURCE,
    /// Dropped: for an address that is not ours, multicast among them.
    NOT_OUR_ADDRESS,
    /// Dropped: a protocol that is not TCP, UDP or ICMP.
    UNKNOWN_PROTOCOL,
    /// Dropped: a transport header that cannot be.
    BAD_TRANSPORT_HEADER,

    FRAGMENTS_RECEIVED,
    DATAGRAMS_REASSEMBLED,
    /// Dropped: fragments that overlap (RFC 5722), are too many or never became whole.
    REASSEMBLY_FAILED,
    FRAGMENTS_SENT,

    ICMP_RECEIVED,
    ICMP_ECHOES_ANSWERED,
    ICMP_ERRORS_SENT,
    /// Not sent: ICMP messages and resets beyond the rate limit.
    RATE_LIMITED,
    /// Ignored: an ICMP error about nothing of ours (RFC 5927).
    ICMP_ERROR_UNRELATED,

    UDP_RECEIVED,
    UDP_SENT,
    UDP_NO_PORT,
    /// Dropped: the queue of a UDP port was full.
    UDP_QUEUE_FULL,

    TCP_SEGMENTS_RECEIVED,
    TCP_SEGMENTS_SENT,
    TCP_RETRANSMISSIONS,
    TCP_RETRANSMISSION_TIMEOUTS,
    TCP_LOSS_PROBES,
    TCP_FAST_RECOVERIES,
    TCP_SPURIOUS_RECOVERIES,
    TCP_RESETS_SENT,
    TCP_RESETS_RECEIVED,
    TCP_CHALLENGE_ACKS,
    TCP_PAWS_REJECTED,
    TCP_OUT_OF_WINDOW,
    TCP_CONNECTS,
    TCP_ACCEPTS,
    TCP_SYN_COOKIES_SENT,
    TCP_SYN_COOKIES_ACCEPTED,
    /// Dropped: a SYN that a full SYN queue or backlog had no room for.
    TCP_LISTEN_OVERFLOWS,
    /// Dropped: payload for which there was no memory.
    TCP_NO_MEMORY,
    /// Dropped: payload out of order that was given up for memory.
    TCP_OUT_OF_ORDER_PRUNED,
    TCP_TIME_WAIT_OVERFLOWS,
    TCP_ORPHANS_RESET,
    TCP_BLACK_HOLES,
    TCP_PATH_MTU_CHANGES,

    /// Not sent: the queue of control packets was full.
    CONTROL_QUEUE_FULL
}
