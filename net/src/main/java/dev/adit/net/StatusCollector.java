package dev.adit.net;

import dev.adit.device.config.DeviceStatus;
import dev.adit.device.config.PeerStatus;
import dev.adit.ip.address.IpAddress;
import dev.adit.net.core.InetAddresses;
import dev.adit.protocol.drop.DropReason;
import dev.adit.stack.StackStats;
import dev.adit.stack.socket.Connection;
import dev.adit.stack.socket.ConnectionInfo;
import dev.adit.stack.stats.Counter;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Collects the [NetworkStatus] of a network. Stateless.
final class StatusCollector {
    static NetworkStatus of(RunningNetwork engine) {
        StackStats stats = engine.stack().stack().stats();
        DeviceStatus device = engine.device().status();
        return new NetworkStatus(
                engine.name(),
                device.listenPort(),
                device.peers().stream().map(peer -> peer(engine, peer)).toList(),
                connections(engine.stack().stack().connections()),
                drops(engine.device().drops(), stats),
                stats.memory());
    }

    private static NetworkStatus.Peer peer(RunningNetwork engine, PeerStatus peer) {
        return new NetworkStatus.Peer(
                peer.publicKey(),
                peer.endpoint(),
                peer.allowedIps(),
                peer.lastHandshake(),
                peer.receivedBytes(),
                peer.sentBytes(),
                engine.sessions().unanswered(peer.publicKey()));
    }

    private static List<NetworkStatus.Connection> connections(List<Connection> all) {
        return all.stream().map(StatusCollector::connection).toList();
    }

    private static NetworkStatus.Connection connection(Connection c) {
        ConnectionInfo info = c.info();
        return new NetworkStatus.Connection(
                end(c.pair().localAddress(), c.pair().localPort()),
                end(c.pair().remoteAddress(), c.pair().remotePort()),
                info.state().name().replace('_', '-'),
                Duration.ofNanos(info.smoothedRtt()),
                info.congestionWindow(),
                info.sendQueue(),
                info.receiveQueue(),
                info.bytesSent(),
                info.bytesReceived(),
                info.retransmissions());
    }

    private static InetSocketAddress end(IpAddress address, int port) {
        return new InetSocketAddress(InetAddresses.toInet(address), port);
    }

    private static Map<String, Long> drops(Map<DropReason, Long> ofDevice, StackStats ofStack) {
        Map<String, Long> all = new TreeMap<>();
        ofDevice.forEach(
                (reason, count) -> {
                    if (count > 0) all.put(name(reason), count);
                });
        ofStack.counters()
                .forEach(
                        (counter, count) -> {
                            if (DROPS.contains(counter)) all.put("stack-" + name(counter), count);
                        });
        return all;
    }

    private static String name(Enum<?> reason) {
        return reason.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static final Set<Counter> DROPS =
            EnumSet.of(
                    Counter.BAD_HEADER,
                    Counter.BAD_CHECKSUM,
                    Counter.MARTIAN_SOURCE,
                    Counter.NOT_OUR_ADDRESS,
                    Counter.UNKNOWN_PROTOCOL,
                    Counter.BAD_TRANSPORT_HEADER,
                    Counter.REASSEMBLY_FAILED,
                    Counter.UDP_NO_PORT,
                    Counter.UDP_QUEUE_FULL,
                    Counter.TCP_PAWS_REJECTED,
                    Counter.TCP_OUT_OF_WINDOW,
                    Counter.TCP_LISTEN_OVERFLOWS,
                    Counter.TCP_NO_MEMORY,
                    Counter.TCP_OUT_OF_ORDER_PRUNED,
                    Counter.CONTROL_QUEUE_FULL);

    private StatusCollector() {}
}
