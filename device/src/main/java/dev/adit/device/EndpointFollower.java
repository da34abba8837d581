package dev.adit.device;

import dev.adit.device.config.Resolution;
import dev.adit.device.config.Resolver;
import dev.adit.device.pipeline.DeviceLog;
import dev.adit.device.pipeline.PeerListener;
import dev.adit.device.pipeline.Pipeline;
import dev.adit.device.resolve.EndpointResolver;
import dev.adit.device.resolve.MarkedResolver;
import dev.adit.device.resolve.PeerEndpoints;
import dev.adit.ip.address.Endpoint;
import dev.adit.ip.port.BindFactory;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.protocol.tunnel.Peer;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/// Re-resolves the endpoint names of silent peers and applies the result, never in the middle of a
/// reconfiguration. Thread-safe.
final class EndpointFollower implements PeerListener, PeerEndpoints {
    private final Object configuration;
    private final DeviceLog log;
    private final EndpointResolver endpointNames;
    private Pipeline pipeline; // set before anything runs

    /// @param configuration the object whose monitor is held during changes of the configuration
    /// @param mark gives the interface's mark, by which lookups bypass it
    EndpointFollower(
            Object configuration,
            DeviceBuilder parts,
            BindFactory binds,
            IntSupplier mark,
            DeviceLog log) {
        this.configuration = configuration;
        this.log = log;
        String name = parts.tun.name();
        Resolver resolver = new MarkedResolver(parts.resolver, binds, mark, Path.of("/"), name);
        endpointNames =
                new EndpointResolver(
                        "adit-" + name,
                        resolver,
                        () -> pipeline.now(),
                        this,
                        this::note,
                        parts.resolveNames);
    }

    /// Sets the pipeline whose peers are followed.
    void pipeline(Pipeline ours) {
        pipeline = ours;
    }

    EndpointResolver names() {
        return endpointNames;
    }

    /// Resolves the endpoint names of these peers, or of all when the list is empty.
    List<Resolution> resolve(List<PublicKey> peers) {
        if (!peers.isEmpty()) return endpointNames.resolve(peers);
        return endpointNames.resolve(
                pipeline.tunnel().peers().stream().map(Peer::publicKey).toList());
    }

    private void note(PublicKey key, String what) {
        pipeline.tunnel().peer(key).ifPresent(peer -> log.ofName(peer, what));
    }

    @Override
    public void silent(Peer peer) {
        endpointNames.silent(peer.publicKey());
    }

    @Override
    public void unreachable(Peer peer) {
        endpointNames.unreachable(peer.publicKey());
    }

    @Override
    public void heard(Peer peer) {
        endpointNames.heard(peer.publicKey());
    }

    @Override
    public Endpoint endpoint(PublicKey key) {
        return pipeline.tunnel().peer(key).map(Peer::endpoint).orElse(null);
    }

    @Override
    public boolean move(PublicKey key, Endpoint from, Endpoint to, BooleanSupplier valid) {
        synchronized (configuration) {
            if (!valid.getAsBoolean()) return false;
            Optional<Peer> peer = pipeline.tunnel().peer(key);
            return peer.isPresent() && pipeline.move(peer.get(), from, to);
        }
    }
}
