package dev.adit.device;

import dev.adit.device.config.EndpointName;
import dev.adit.device.config.Resolution;
import dev.adit.device.event.DeviceEvent;
import dev.adit.device.event.DeviceEvent.EndpointLookedUp;
import dev.adit.device.event.DeviceEvent.NoAnswer;
import dev.adit.device.event.DeviceEvent.SessionEstablished;
import dev.adit.device.event.DeviceEvent.StoppedHearing;
import dev.adit.device.event.DeviceListener;
import dev.adit.device.pipeline.Pipeline;
import dev.adit.device.resolve.EndpointResolver;
import dev.adit.device.resolve.LookupListener;
import dev.adit.device.resolve.MarkedResolver;
import dev.adit.device.resolve.PeerEndpoints;
import dev.adit.device.resolve.Resolver;
import dev.adit.ip.address.Endpoint;
import dev.adit.ip.port.BindFactory;
import dev.adit.ip.port.SendException;
import dev.adit.protocol.keys.PeerIdentity;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.protocol.tunnel.Peer;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/// Re-resolves the endpoint names of silent peers and applies the result, never in the middle of a
/// reconfiguration. Thread-safe.
final class EndpointFollower implements DeviceListener, PeerEndpoints, LookupListener {
    private final Object configuration;
    private final EndpointResolver endpointNames;

    @SuppressWarnings("NullAway.Init") // set by follow, before anything runs
    private Pipeline pipeline;

    @SuppressWarnings("NullAway.Init") // as the pipeline
    private DeviceListener events;

    /// @param configuration the object whose monitor is held during changes of the configuration
    /// @param mark gives the interface's mark, by which lookups bypass it
    EndpointFollower(
            Object configuration, DeviceBuilder parts, BindFactory binds, IntSupplier mark) {
        this.configuration = configuration;
        String name = parts.tun().name();
        Resolver resolver = new MarkedResolver(parts.resolver, binds, mark, Path.of("/"), name);
        endpointNames =
                new EndpointResolver(
                        "adit-" + name,
                        resolver,
                        () -> pipeline.now(),
                        this,
                        this,
                        parts.resolveNames);
    }

    /// Sets the pipeline whose peers are followed, and the listener to lookups.
    void follow(Pipeline ours, DeviceListener listener) {
        pipeline = ours;
        events = listener;
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

    @Override
    public void event(DeviceEvent event) {
        if (event instanceof StoppedHearing e) endpointNames.silent(e.peer().publicKey());
        else if (event instanceof NoAnswer e) endpointNames.silent(e.peer().publicKey());
        else if (event instanceof SessionEstablished e) endpointNames.heard(e.peer().publicKey());
    }

    @Override
    public void sendRefused(@Nullable PeerIdentity peer, Endpoint to, SendException cause) {
        if (peer != null && cause.unreachable()) endpointNames.unreachable(peer.publicKey());
    }

    @Override
    public void lookedUp(
            PublicKey key,
            EndpointName name,
            @Nullable Endpoint before,
            @Nullable Endpoint now,
            @Nullable String failure) {
        Peer peer = pipeline.tunnel().peer(key).orElse(null);
        if (peer == null) return;
        events.event(new EndpointLookedUp(peer, name.toString(), before, now, failure));
    }

    @Override
    public @Nullable Endpoint endpoint(PublicKey key) {
        return pipeline.tunnel().peer(key).map(Peer::endpoint).orElse(null);
    }

    @Override
    public boolean move(
            PublicKey key, @Nullable Endpoint from, Endpoint to, BooleanSupplier valid) {
        synchronized (configuration) {
            if (!valid.getAsBoolean()) return false;
            Optional<Peer> peer = pipeline.tunnel().peer(key);
            return peer.isPresent() && pipeline.move(peer.get(), from, to);
        }
    }
}
