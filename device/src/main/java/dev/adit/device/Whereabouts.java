package dev.adit.device;

import dev.adit.device.config.Resolution;
import dev.adit.device.config.Resolver;
import dev.adit.device.io.BindFactory;
import dev.adit.device.names.MarkedResolver;
import dev.adit.device.names.Names;
import dev.adit.device.names.Places;
import dev.adit.device.pipeline.Audience;
import dev.adit.device.pipeline.Engine;
import dev.adit.device.pipeline.Journal;
import dev.adit.protocol.address.Endpoint;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.protocol.tunnel.Peer;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/// Has the names of silent peers looked up, and sends them to where those lead, between two
/// configurations. Thread-safe.
final class Whereabouts implements Audience, Places {
    private final Object configuration;
    private final Journal journal;
    private final Names names;
    private Engine engine; // set before anything runs

    /// @param configuration whose monitor is held by who changes the configuration
    /// @param mark tells the interface's mark, by which lookups go around it
    Whereabouts(
            Object configuration,
            DeviceBuilder parts,
            BindFactory binds,
            IntSupplier mark,
            Journal journal) {
        this.configuration = configuration;
        this.journal = journal;
        String name = parts.tun.name();
        Resolver resolver = new MarkedResolver(parts.resolver, binds, mark, Path.of("/"), name);
        names =
                new Names(
                        "adit-" + name,
                        resolver,
                        () -> engine.now(),
                        this,
                        this::note,
                        parts.resolveNames);
    }

    /// The peers are those of `ours` from now on.
    void engine(Engine ours) {
        engine = ours;
    }

    Names names() {
        return names;
    }

    /// Looks the names of these peers up, or of all when there are none.
    List<Resolution> resolve(List<PublicKey> peers) {
        if (!peers.isEmpty()) return names.resolve(peers);
        return names.resolve(engine.tunnel().peers().stream().map(Peer::publicKey).toList());
    }

    private void note(PublicKey key, String what) {
        engine.tunnel().peer(key).ifPresent(peer -> journal.ofName(peer, what));
    }

    @Override
    public void silent(Peer peer) {
        names.silent(peer.publicKey());
    }

    @Override
    public void unreachable(Peer peer) {
        names.unreachable(peer.publicKey());
    }

    @Override
    public void heard(Peer peer) {
        names.heard(peer.publicKey());
    }

    @Override
    public Endpoint endpoint(PublicKey key) {
        return engine.tunnel().peer(key).map(Peer::endpoint).orElse(null);
    }

    @Override
    public boolean move(PublicKey key, Endpoint from, Endpoint to, BooleanSupplier valid) {
        synchronized (configuration) {
            if (!valid.getAsBoolean()) return false;
            Optional<Peer> peer = engine.tunnel().peer(key);
            return peer.isPresent() && engine.move(peer.get(), from, to);
        }
    }
}
