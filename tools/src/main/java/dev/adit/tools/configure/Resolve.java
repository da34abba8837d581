package dev.adit.tools.configure;

import dev.adit.device.config.ConfigException;
import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.PeerStatus;
import dev.adit.device.config.PeerUpdate;
import dev.adit.device.config.Resolution;
import dev.adit.device.config.file.ConfValues;
import dev.adit.device.config.file.ConfValues.Destination;
import dev.adit.device.resolve.Resolver;
import dev.adit.ip.address.Endpoint;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.tools.terminal.Command;
import dev.adit.tools.terminal.CommandFailure;
import dev.adit.tools.terminal.FileErrorText;
import dev.adit.tools.terminal.Manual;
import dev.adit.tools.terminal.Terminal;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The command `resolve`, which resolves endpoint names again and updates the endpoints. Immutable.
public record Resolve() implements Command {
    @Override
    public String name() {
        return "resolve";
    }

    @Override
    public String summary() {
        return "Re-resolves endpoint names and updates the endpoints";
    }

    @Override
    public String usage() {
        return "resolve <interface> [<public key>... | <configuration filename> | on | off]";
    }

    @Override
    public Manual manual() {
        return Manual.of(
                        """
                        Re-resolves endpoint names and updates the endpoints. The daemon knows the
                        names it was configured with; with a file, the names come from the file,
                        which works with every daemon. Prints a line for each name: the peer, the
                        name, the endpoint, and `moved', `same' or the failure.\
                        """)
                .with("on", "re-resolves also when a peer does not answer; the default")
                .with("off", "re-resolves only on demand")
                .example("adit resolve wg0 /etc/wireguard/wg0.conf");
    }

    @Override
    public int run(Terminal terminal, List<String> arguments) throws CommandFailure, IOException {
        if (arguments.isEmpty()) throw CommandFailure.usage();
        TargetInterface target = new TargetInterface(arguments.getFirst());
        List<String> what = arguments.subList(1, arguments.size());
        List<PublicKey> peers = what.stream().flatMap(word -> key(word).stream()).toList();
        if (peers.size() == what.size()) return print(terminal, ask(target, peers));
        if (what.size() > 1) throw CommandFailure.usage();
        return switch (what.getFirst()) {
            case "on", "off" -> {
                target.apply(automatic(what.getFirst().equals("on")));
                yield 0;
            }
            default -> print(terminal, resolve(target, what.getFirst()));
        };
    }

    private static Optional<PublicKey> key(String word) {
        return PublicKey.fromBase64(word);
    }

    private static DeviceUpdate automatic(boolean on) {
        return DeviceUpdate.builder().resolveNames(on).build();
    }

    private static List<Resolution> ask(TargetInterface target, List<PublicKey> peers)
            throws CommandFailure {
        List<Resolution> found = target.resolve(peers);
        if (found.isEmpty()) {
            throw new CommandFailure(
                    "The daemon knows no endpoint names; name a file that has them");
        }
        return found;
    }

    /// Resolves here, without the daemon's help.
    private static List<Resolution> resolve(TargetInterface target, String file)
            throws CommandFailure {
        List<ConfiguredEndpoints.Place> places = places(file);
        Map<PublicKey, Endpoint> now = endpoints(target);
        ConfValues values = new ConfValues(Resolver.system(), _ -> {});
        List<Resolution> found = new ArrayList<>();
        List<PeerUpdate> changes = new ArrayList<>();
        for (ConfiguredEndpoints.Place place : places) {
            Optional<PublicKey> peer = key(place.publicKey());
            if (peer.isEmpty() || !now.containsKey(peer.get())) continue;
            Resolution one = resolution(values, peer.get(), place, now.get(peer.get()));
            if (one.name() == null && one.failure().isEmpty()) continue; // numeric
            found.add(one);
            if (one.failure().isEmpty()) changes.add(change(one));
        }
        target.apply(DeviceUpdate.builder().peers(changes).build());
        return found;
    }

    private static List<ConfiguredEndpoints.Place> places(String file) throws CommandFailure {
        try {
            return ConfiguredEndpoints.read(FileErrorText.path(file));
        } catch (IOException e) {
            throw new CommandFailure("fopen: " + FileErrorText.of(e));
        } catch (InvalidPathException e) {
            throw new CommandFailure("fopen: " + e.getReason());
        }
    }

    private static Map<PublicKey, Endpoint> endpoints(TargetInterface target)
            throws CommandFailure {
        Map<PublicKey, Endpoint> endpoints = new HashMap<>();
        for (PeerStatus peer : target.status("Unable to access interface").peers()) {
            endpoints.put(peer.publicKey(), peer.endpoint());
        }
        return endpoints;
    }

    private static Resolution resolution(
            ConfValues values,
            PublicKey peer,
            ConfiguredEndpoints.Place place,
            @Nullable Endpoint now) {
        try {
            Destination to = values.destination(place.endpoint());
            boolean moved = now == null || !now.sameRemote(to.endpoint());
            return new Resolution(peer, to.name(), to.endpoint(), moved, "");
        } catch (ConfigException e) {
            return new Resolution(peer, null, now, false, e.detail());
        }
    }

    /// Passes on the name as well, if the device understands it.
    private static PeerUpdate change(Resolution one) {
        return PeerUpdate.of(one.peer())
                .updateOnly()
                .endpoint(one.moved() ? one.endpoint() : null)
                .endpointName(one.name())
                .build();
    }

    private static int print(Terminal terminal, List<Resolution> resolutions) throws IOException {
        boolean failed = false;
        for (Resolution one : resolutions) {
            failed |= !one.failure().isEmpty();
            String outcome = one.moved() ? "moved" : "same";
            terminal.print(
                    String.join(
                            "\t",
                            one.peer().toBase64(),
                            one.name() == null ? "(none)" : one.name().toString(),
                            one.endpoint() == null ? "(none)" : one.endpoint().toString(),
                            one.failure().isEmpty() ? outcome : one.failure()));
        }
        return failed ? 1 : 0;
    }
}
