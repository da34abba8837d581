package dev.adit.net;

import dev.adit.device.config.ConfigException;
import dev.adit.ip.address.IpAddress;
import dev.adit.ip.port.BindFactory;
import dev.adit.net.core.InetAddresses;
import dev.adit.stack.StackConfig;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/// Builds a network. Confined to one thread.
public final class NetworkBuilder {
    private @Nullable Path file;
    private byte @Nullable [] text;
    private @Nullable String name;
    private int mtu;
    private @Nullable NamePolicy policy;
    private @Nullable List<IpAddress> dns;
    private @Nullable BindFactory binds;
    private long memory = StackConfig.DEFAULT_MEMORY;

    NetworkBuilder() {}

    /// Sets the wg-quick file to follow. This or [#config(String, byte[])] is required.
    public NetworkBuilder config(Path wgQuickFile) {
        file = Objects.requireNonNull(wgQuickFile);
        text = null;
        return this;
    }

    /// Sets the text of a wg-quick file to follow, which the caller erases once the network is
    /// built.
    ///
    /// @param network the name of the network
    public NetworkBuilder config(String network, byte[] wgQuickText) {
        name = Objects.requireNonNull(network);
        text = Objects.requireNonNull(wgQuickText);
        file = null;
        return this;
    }

    /// Sets the name of the network, for messages, threads and logs; that of the file unless set.
    public NetworkBuilder name(String network) {
        name = Objects.requireNonNull(network);
        return this;
    }

    /// Sets the MTU in bytes, in place of the file's: 576 to 65,535, with an IPv6 address at least
    /// 1,280.
    public NetworkBuilder mtu(int bytes) {
        mtu = bytes;
        return this;
    }

    /// Sets where names are looked up. Unless set, in the tunnel if there are name servers, else by
    /// the host.
    public NetworkBuilder names(NamePolicy where) {
        policy = Objects.requireNonNull(where);
        return this;
    }

    /// Sets the name servers, in place of the file's.
    public NetworkBuilder dns(List<InetAddress> servers) {
        dns = servers.stream().map(InetAddresses::of).toList();
        return this;
    }

    /// Sets the most bytes that the queues of all sockets together take; 64 MiB unless set.
    public NetworkBuilder memory(long bytes) {
        if (bytes < LEAST_MEMORY) throw new IllegalArgumentException("memory: " + bytes);
        memory = bytes;
        return this;
    }

    /// Sets the factory of WireGuard's UDP sockets; unless set, the platform's where its module is
    /// present, else that of `java.nio`.
    public NetworkBuilder binds(BindFactory factory) {
        binds = Objects.requireNonNull(factory);
        return this;
    }

    /// Builds and starts the network.
    ///
    /// @throws IOException when the file cannot be read, or the system refuses the port
    /// @throws ConfigException when the file is wrong; its message has the line
    public Network build() throws IOException, ConfigException {
        return new Network(engine(), SharedNetworks.Release.SOLE);
    }

    private NetworkConfig read() throws IOException, ConfigException {
        if (file != null) return NetworkConfig.read(file);
        if (text == null || name == null) {
            throw new IllegalStateException("a network needs a configuration");
        }
        return NetworkConfig.parse(name, text, name);
    }

    RunningNetwork engine() throws IOException, ConfigException {
        NetworkConfig read = read();
        try {
            NetworkConfig config =
                    new NetworkConfig(
                            name != null ? name : read.name(),
                            read.addresses(),
                            dns != null ? dns : read.dns(),
                            read.searchDomains(),
                            mtu != 0 ? mtu : read.mtu(),
                            read.update());
            return new RunningNetwork(config, binds, policy, memory);
        } finally {
            read.erase();
        }
    }

    private static final long LEAST_MEMORY = 1 << 20;
}
