package dev.adit.device.dns;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/// Name servers in the order in which to ask them: first the one that answered last, then the
/// others as they were given. So one that is down costs its time-out once, and not for each
/// question. Thread-safe.
public final class NameServerOrder {
    private final List<InetAddress> servers;
    private volatile List<InetAddress> order;

    /// @param servers in the order of the first question
    public NameServerOrder(List<InetAddress> servers) {
        this.servers = List.copyOf(servers);
        order = this.servers;
    }

    /// The servers in their present order.
    public List<InetAddress> toAsk() {
        return order;
    }

    /// A server has answered.
    public void answered(InetAddress server) {
        if (order.getFirst().equals(server)) return;
        List<InetAddress> changed = new ArrayList<>(servers);
        if (changed.remove(server)) changed.addFirst(server);
        order = List.copyOf(changed);
    }
}
