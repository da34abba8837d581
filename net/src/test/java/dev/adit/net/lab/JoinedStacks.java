package dev.adit.net.lab;

import dev.adit.ip.address.IpAddress;
import dev.adit.net.core.TunnelStack;
import dev.adit.net.names.SystemNames;
import dev.adit.stack.StackConfig;
import dev.adit.stack.socket.TcpOptions;

import java.time.Duration;
import java.util.List;

/// Two stacks, 10.0.0.1 and 10.0.0.2, joined by threads that carry their packets, without a tunnel.
public final class JoinedStacks implements AutoCloseable {
    public final TunnelStack left = stack("10.0.0.1");
    public final TunnelStack right = stack("10.0.0.2");
    public final Pump there = new Pump(left.tun(), right.tun());
    public final Pump back = new Pump(right.tun(), left.tun());

    public JoinedStacks() {
        there.start();
        back.start();
    }

    private static TunnelStack stack(String address) {
        IpAddress own = IpAddress.parse(address).orElseThrow();
        StackConfig config = StackConfig.of(1420, new StackConfig.Address(own, 24));
        return new TunnelStack(
                address, config, TcpOptions.DEFAULT, new SystemNames(), destination -> "");
    }

    /// Both stacks.
    public List<TunnelStack> both() {
        return List.of(left, right);
    }

    @Override
    public void close() {
        for (TunnelStack one : both()) {
            one.close(Duration.ofMillis(100).toNanos());
            one.tun().close();
        }
        try {
            there.join();
            back.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        both().forEach(TunnelStack::release);
    }
}
