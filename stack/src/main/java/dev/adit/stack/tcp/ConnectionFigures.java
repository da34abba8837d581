package dev.adit.stack.tcp;

import dev.adit.stack.socket.ConnectionInfo;

/// Figures of a connection for diagnosis. Stateless; the connection's monitor is held.
final class ConnectionFigures {
    static ConnectionInfo of(ControlBlock c) {
        return new ConnectionInfo(
                c.state,
                c.sender.rtt.smoothed(),
                c.sender.rtt.variation(),
                c.sender.rtt.timeout(),
                c.sender.congestion.window(),
                c.sender.congestion.threshold(),
                c.sender.segment(),
                c.sender.queued(),
                c.sender.recovery.inFlight(),
                Math.max(0, c.sender.edge() - c.sender.ranges.una()),
                c.receiver.available(),
                c.receiver.outOfOrderBytes(),
                c.receiver.capacity(),
                c.bytesSent,
                c.bytesReceived,
                c.retransmissions,
                c.sender.recovery.spurious(),
                c.pathMtu);
    }

    private ConnectionFigures() {}
}
