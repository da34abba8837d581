package dev.adit.net.socket;

import dev.adit.ip.address.IpAddress;
import dev.adit.net.core.TunnelStack;
import dev.adit.stack.socket.Echo;
import dev.adit.stack.socket.RefusedException;

import java.io.IOException;
import java.net.NoRouteToHostException;
import java.time.Duration;
import java.util.Optional;

/// Sends an ICMP echo request and waits for the reply. Confined to one thread.
public final class Ping {
    private final TunnelStack net;
    private final SocketWaits waits;

    public Ping(TunnelStack net) {
        this.net = net;
        waits = new SocketWaits(net);
    }

    /// The round-trip time to `target`, empty when no reply came within `timeout`.
    ///
    /// @throws NoRouteToHostException when the network says that there is no way to it
    public Optional<Duration> send(IpAddress target, Duration timeout) throws IOException {
        waits.checkOpen();
        net.opened(waits);
        waits.read.begin();
        Echo echo = null;
        try {
            echo = net.stack().ping(net.now(), target);
            echo.attach(waits);
            return await(echo, target, net.now() + timeout.toNanos());
        } catch (RefusedException e) {
            throw ConnectionFailure.refused(net, e);
        } finally {
            if (echo != null) echo.close();
            waits.read.end();
            net.closed(waits);
        }
    }

    private Optional<Duration> await(Echo echo, IpAddress target, long deadline)
            throws IOException {
        while (true) {
            waits.checkOpen();
            if (echo.roundTrip() >= 0) return Optional.of(Duration.ofNanos(echo.roundTrip()));
            if (echo.error() != 0) {
                throw new NoRouteToHostException(
                        "No route to host: " + target + net.reason(target));
            }
            long left = deadline - net.now();
            if (left <= 0) return Optional.empty();
            waits.park(waits.read, left);
        }
    }
}
