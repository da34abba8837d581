package dev.adit.net;

import dev.adit.device.Device;
import dev.adit.device.DeviceBuilder;
import dev.adit.device.config.file.InterfaceAddress;
import dev.adit.ip.address.IpAddress;
import dev.adit.ip.port.BindFactory;
import dev.adit.net.core.NameResolver;
import dev.adit.net.core.TunnelStack;
import dev.adit.net.names.FallbackNames;
import dev.adit.net.names.SystemNames;
import dev.adit.net.names.TunnelNames;
import dev.adit.stack.StackConfig;
import dev.adit.stack.socket.TcpOptions;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// A running network: a device and the stack behind it. Thread-safe.
final class RunningNetwork {
    private final NetworkConfig config;
    private final PeerReachability sessions;
    private final TunnelStack stack;
    private final Device device;
    private final CountDownLatch closed = new CountDownLatch(1);
    private boolean isClosing; // guarded by this

    /// Starts a network. The keys of `config` are erased by the caller.
    ///
    /// @param binds opens UDP sockets, or null for the platform's
    /// @param policy or null for what the configuration suggests
    /// @throws IOException when the system refuses the port or the mark
    RunningNetwork(
            NetworkConfig config,
            @Nullable BindFactory binds,
            @Nullable NamePolicy policy,
            long memory)
            throws IOException {
        this.config = config;
        sessions = new PeerReachability(config.name());
        TunnelNames tunnelNames =
                new TunnelNames(config.name(), config.dns(), config.searchDomains());
        stack =
                new TunnelStack(
                        config.name(),
                        stackConfig(config, memory),
                        TcpOptions.DEFAULT,
                        names(tunnelNames, policy),
                        sessions);
        tunnelNames.stack(stack);
        DeviceBuilder builder = Device.builder().tun(stack.tun()).workers(1).listener(sessions);
        if (binds != null) builder.binds(binds);
        device = builder.build();
        sessions.begin(device, stack);
        stack.failure(device::failure);
        try {
            device.configure(config.update());
            stack.up();
        } catch (IOException | RuntimeException e) {
            close(Duration.ZERO);
            throw e;
        }
    }

    private static StackConfig stackConfig(NetworkConfig config, long memory) {
        List<StackConfig.Address> addresses =
                config.addresses().stream()
                        .map(a -> new StackConfig.Address(a.address(), a.length()))
                        .toList();
        return new StackConfig(addresses, config.mtu(), memory);
    }

    private NameResolver names(TunnelNames tunnel, @Nullable NamePolicy policy) {
        boolean hasServers = !config.dns().isEmpty();
        if (policy == null && !hasServers) {
            LOG.log(Level.INFO, "{0}: no DNS, so the host looks names up", config.name());
        }
        NamePolicy chosen =
                policy != null ? policy : hasServers ? NamePolicy.TUNNEL : NamePolicy.SYSTEM;
        return switch (chosen) {
            case TUNNEL -> tunnel;
            case SYSTEM -> new SystemNames();
            case TUNNEL_THEN_SYSTEM -> new FallbackNames(tunnel, new SystemNames());
        };
    }

    TunnelStack stack() {
        return stack;
    }

    Device device() {
        return device;
    }

    PeerReachability sessions() {
        return sessions;
    }

    String name() {
        return config.name();
    }

    List<IpAddress> addresses() {
        return config.addresses().stream().map(InterfaceAddress::address).toList();
    }

    List<IpAddress> nameServers() {
        return config.dns();
    }

    /// Closes it, once; returns when all threads are gone.
    void close(Duration grace) {
        boolean isFirst;
        synchronized (this) {
            isFirst = !isClosing;
            isClosing = true;
        }
        if (!isFirst) {
            awaitClosed();
            return;
        }
        try {
            stack.close(grace.toNanos());
            device.close();
            stack.release();
        } finally {
            closed.countDown();
        }
    }

    private void awaitClosed() {
        boolean interrupted = false;
        while (closed.getCount() > 0) {
            try {
                closed.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }

    private static final System.Logger LOG = System.getLogger("dev.adit.net");
}
