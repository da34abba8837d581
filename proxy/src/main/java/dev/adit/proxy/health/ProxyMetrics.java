package dev.adit.proxy.health;

import dev.adit.device.config.DeviceStatus;
import dev.adit.net.Network;
import dev.adit.net.NetworkStatus;
import dev.adit.proxy.server.ClientTable;
import dev.adit.proxy.stream.ProxyStats;
import dev.adit.proxy.stream.ProxyStats.ClientKind;
import dev.adit.proxy.stream.ProxyStats.Refusal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;

/// The metrics of a proxy: those of its device, its stack, its clients and its JVM. Immutable.
record ProxyMetrics(Network network, ClientTable clients) {
    /// All of them now.
    String text(boolean isOpenMetrics) {
        MetricsText to = new MetricsText(isOpenMetrics);
        DeviceStatus device = network.device().status();
        new PeerMetrics(to, network.name(), device, Instant.now()).add(device);
        addStack(to);
        addProxy(to);
        addMemory(to);
        return to.end();
    }

    private void addStack(MetricsText to) {
        NetworkStatus status = network.status();
        to.counter("adit_drops_total", "Packets dropped, by reason.");
        for (Map.Entry<String, Long> drop : status.drops().entrySet()) {
            to.add(drop.getValue(), INTERFACE, network.name(), "reason", drop.getKey());
        }
        to.gauge("adit_tcp_connections", "TCP connections in the tunnel now.");
        to.add(status.connections().size(), INTERFACE, network.name());
        to.gauge("adit_queue_bytes", "Memory of the queues of sockets in the tunnel now.");
        to.add(status.memory(), INTERFACE, network.name());
    }

    private void addProxy(MetricsText to) {
        ProxyStats stats = clients.stats();
        to.gauge("adit_proxy_clients", "Clients that are connected now.").add(clients.size());
        to.counter("adit_proxy_clients_total", "Clients, or questions of DNS, by what they use.");
        for (ClientKind kind : ClientKind.values()) to.add(stats.clients(kind), "kind", name(kind));
        to.counter("adit_proxy_refused_total", "Requests that were not served, by reason.");
        for (Refusal reason : Refusal.values()) {
            to.add(stats.refusals(reason), "reason", name(reason));
        }
        to.counter("adit_proxy_bytes_total", "Bytes of clients, by direction.");
        to.add(stats.bytesToTunnel(), "direction", "to-tunnel");
        to.add(stats.bytesFromTunnel(), "direction", "from-tunnel");
        to.gauge("adit_proxy_udp_associations", "SOCKS5 clients that have UDP ports now.");
        to.add(stats.associations());
    }

    private static void addMemory(MetricsText to) {
        Runtime jvm = Runtime.getRuntime();
        String[] heap = {"area", "heap"};
        to.gauge("jvm_memory_used_bytes", "Memory of objects.");
        to.add(jvm.totalMemory() - jvm.freeMemory(), heap);
        to.gauge("jvm_memory_committed_bytes", "Memory that the system has given for objects.");
        to.add(jvm.totalMemory(), heap);
        to.gauge("jvm_memory_max_bytes", "The most memory that objects may take.");
        to.add(jvm.maxMemory(), heap);
        long resident = residentBytes();
        if (resident < 0) return;
        to.gauge("process_resident_memory_bytes", "Memory of the process.").add(resident);
    }

    /// As Linux tells it; -1 on other systems.
    private static long residentBytes() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                String[] words = line.split("\\s+");
                if (words[0].equals("VmRSS:")) return Long.parseLong(words[1]) << 10;
            }
        } catch (IOException | NumberFormatException e) {
            // another system
        }
        return -1;
    }

    private static String name(Enum<?> kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static final String INTERFACE = "interface";
}
