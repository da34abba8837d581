package dev.adit.stack.socket;

/// Options of a connection or a listener. Immutable; a change is a new one.
///
/// @param noDelay small segments are sent at once (RFC 9293 §3.7.4: no Nagle)
/// @param keepAlive probes are sent on an idle connection (RFC 9293 §3.8.4)
/// @param keepAliveIdle nanoseconds of silence before the first probe
/// @param keepAliveInterval nanoseconds between probes
/// @param keepAliveCount probes without answer that end the connection
/// @param userTimeout nanoseconds that sent data may be unacknowledged (RFC 9293 §3.8.3), 0 for the
///   default of 15 retransmissions
/// @param sendBuffer the most bytes that may wait to be sent or acknowledged
/// @param receiveBuffer the most bytes that may wait to be read
/// @param requestEcn ECN is asked for, not only agreed to (RFC 3168)
/// @param synCookies a full SYN queue answers with cookies (RFC 4987), else drops
/// @param timestamps timestamps are offered and agreed to (RFC 7323)
/// @param selectiveAck selective acknowledgements are offered and agreed to (RFC 2018)
/// @param cubic CUBIC (RFC 9438), else NewReno (RFC 5681)
/// @param trafficClass the traffic class of segments: a DSCP (RFC 2474) in the upper six bits, and
///   0 in the two of ECN, which are TCP's own
public record TcpOptions(
        boolean noDelay,
        boolean keepAlive,
        long keepAliveIdle,
        long keepAliveInterval,
        int keepAliveCount,
        long userTimeout,
        int sendBuffer,
        int receiveBuffer,
        boolean requestEcn,
        boolean synCookies,
        boolean timestamps,
        boolean selectiveAck,
        boolean cubic,
        int trafficClass) {

    public TcpOptions {
        if (keepAliveIdle <= 0 || keepAliveInterval <= 0 || keepAliveCount <= 0) {
            throw new IllegalArgumentException("keepalive times and count must be positive");
        }
        if ((trafficClass & ~DSCP) != 0) throw new IllegalArgumentException("not a DSCP");
        if (userTimeout < 0) throw new IllegalArgumentException("a timeout is not negative");
        if (sendBuffer < MIN_BUFFER || receiveBuffer < MIN_BUFFER) {
            throw new IllegalArgumentException("a buffer has at least " + MIN_BUFFER + " bytes");
        }
    }

    /// These with Nagle's algorithm off or on.
    public TcpOptions withNoDelay(boolean on) {
        return copy(on, keepAlive, userTimeout, requestEcn, timestamps, selectiveAck, cubic);
    }

    /// These with keepalive on, at the times given in nanoseconds.
    public TcpOptions withKeepAlive(long idle, long interval, int count) {
        return new TcpOptions(
                noDelay,
                true,
                idle,
                interval,
                count,
                userTimeout,
                sendBuffer,
                receiveBuffer,
                requestEcn,
                synCookies,
                timestamps,
                selectiveAck,
                cubic,
                trafficClass);
    }

    /// These without keepalive.
    public TcpOptions withoutKeepAlive() {
        return copy(noDelay, false, userTimeout, requestEcn, timestamps, selectiveAck, cubic);
    }

    /// These with a user timeout in nanoseconds, 0 for the default.
    public TcpOptions withUserTimeout(long timeout) {
        return copy(noDelay, keepAlive, timeout, requestEcn, timestamps, selectiveAck, cubic);
    }

    /// These with or without a request for ECN.
    public TcpOptions withEcnRequest(boolean on) {
        return copy(noDelay, keepAlive, userTimeout, on, timestamps, selectiveAck, cubic);
    }

    /// These with or without timestamps.
    public TcpOptions withTimestamps(boolean on) {
        return copy(noDelay, keepAlive, userTimeout, requestEcn, on, selectiveAck, cubic);
    }

    /// These with or without selective acknowledgements.
    public TcpOptions withSelectiveAck(boolean on) {
        return copy(noDelay, keepAlive, userTimeout, requestEcn, timestamps, on, cubic);
    }

    /// These with CUBIC, or else NewReno.
    public TcpOptions withCubic(boolean on) {
        return copy(noDelay, keepAlive, userTimeout, requestEcn, timestamps, selectiveAck, on);
    }

    /// These with the most bytes that each buffer may grow to.
    public TcpOptions withBuffers(int send, int receive) {
        return new TcpOptions(
                noDelay,
                keepAlive,
                keepAliveIdle,
                keepAliveInterval,
                keepAliveCount,
                userTimeout,
                send,
                receive,
                requestEcn,
                synCookies,
                timestamps,
                selectiveAck,
                cubic,
                trafficClass);
    }

    /// These with or without SYN cookies.
    public TcpOptions withSynCookies(boolean on) {
        return new TcpOptions(
                noDelay,
                keepAlive,
                keepAliveIdle,
                keepAliveInterval,
                keepAliveCount,
                userTimeout,
                sendBuffer,
                receiveBuffer,
                requestEcn,
                on,
                timestamps,
                selectiveAck,
                cubic,
                trafficClass);
    }

    /// These with the DSCP of a traffic class from 0 to 255.
    public TcpOptions withTrafficClass(int traffic) {
        return new TcpOptions(
                noDelay,
                keepAlive,
                keepAliveIdle,
                keepAliveInterval,
                keepAliveCount,
                userTimeout,
                sendBuffer,
                receiveBuffer,
                requestEcn,
                synCookies,
                timestamps,
                selectiveAck,
                cubic,
                traffic & DSCP);
    }

    private TcpOptions copy(
            boolean delay,
            boolean alive,
            long timeout,
            boolean ecn,
            boolean ts,
            boolean sack,
            boolean useCubic) {
        return new TcpOptions(
                delay,
                alive,
                keepAliveIdle,
                keepAliveInterval,
                keepAliveCount,
                timeout,
                sendBuffer,
                receiveBuffer,
                ecn,
                synCookies,
                ts,
                sack,
                useCubic,
                trafficClass);
    }

    private static final int DSCP = 0xfc;
    private static final int MIN_BUFFER = 4096;
    private static final int MAX_BUFFER = 8 << 20;
    private static final long SECOND = 1_000_000_000L;

    /// What Java's sockets have: Nagle on, keepalive off; buffers up to 8 MiB, CUBIC, SYN cookies.
    public static final TcpOptions DEFAULT =
            new TcpOptions(
                    false,
                    false,
                    7200 * SECOND,
                    75 * SECOND,
                    9,
                    0,
                    MAX_BUFFER,
                    MAX_BUFFER,
                    false,
                    true,
                    true,
                    true,
                    true,
                    0);
}
