package dev.adit.tools.netbsd;

import dev.adit.device.config.DeviceControl;
import dev.adit.device.config.DeviceInfo;
import dev.adit.device.config.DeviceStatus;
import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.PeerDescription;
import dev.adit.device.config.PeerStatus;
import dev.adit.device.config.PeerUpdate;
import dev.adit.device.resolve.Resolver;
import dev.adit.protocol.keys.PrivateKey;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.tools.terminal.CommandFailure;
import dev.adit.tools.terminal.ErrorText;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/// Carries out the changes of `wgconfig` to an interface. Confined to one thread.
final class WgConfigEdit {
    private final DeviceControl device;
    private final Resolver resolver;

    WgConfigEdit(DeviceControl device, Resolver resolver) {
        this.device = device;
        this.resolver = resolver;
    }

    void privateKey(String file) throws CommandFailure {
        PrivateKey key = NetBsdKeyFile.read(file, PrivateKey::fromBase64);
        apply(SET_PRIVATE_KEY, update(key, OptionalInt.empty(), List.of()));
    }

    void listenPort(String text) throws CommandFailure {
        int port = CNumbers.number(text);
        if (port == 0) throw WgConfigFailure.of("port 0 is not allowed");
        apply(SET_LISTEN_PORT, update(null, OptionalInt.of(port), List.of()));
    }

    /// @param operands its name, its public key, and options
    void addPeer(List<String> operands) throws CommandFailure {
        String name = operands.get(0), key = operands.get(1);
        checkName(name);
        if (Utf8Length.of(key) != NetBsdKeyFile.LENGTH) {
            throw WgConfigFailure.of("invalid public-key length: " + Utf8Length.of(key));
        }
        PublicKey publicKey =
                PublicKey.fromBase64(key)
                        .orElseThrow(() -> WgConfigFailure.of(NetBsdKeyFile.NOT_BASE64));
        PeerOptions options = new PeerOptions(resolver);
        PeerUpdate peer;
        try {
            for (String option : operands.subList(2, operands.size())) options.add(option);
            peer = options.toUpdate(publicKey, name);
            refuseWhatIsThere(peer);
        } catch (CommandFailure e) {
            options.erase();
            throw e;
        }
        apply(ADD_PEER, update(null, OptionalInt.empty(), List.of(peer)));
    }

    private static void checkName(String name) throws CommandFailure {
        if (Utf8Length.of(name) > Utf8Length.MAX_NAME) {
            throw WgConfigFailure.of("peer name too long");
        }
        // On NetBSD, a name is any text; here it has to pass through the configuration socket.
        if (name.isEmpty() || !PeerDescription.isValid(name)) {
            throw WgConfigFailure.of("invalid peer name");
        }
    }

    /// Refuses a peer that exists already, and allowed IPs of another peer.
    private void refuseWhatIsThere(PeerUpdate peer) throws CommandFailure {
        DeviceStatus status = ask(ADD_PEER, device::status);
        DeviceInfo notes = ask(ADD_PEER, device::notes);
        boolean there =
                notes.peers().values().stream()
                        .anyMatch(other -> other.description().equals(peer.description()));
        for (PeerStatus other : status.peers()) {
            there |= other.publicKey().equals(peer.publicKey());
            there |= peer.allowedIps().stream().anyMatch(ip -> owns(other, ip));
        }
        if (there) throw refused(ADD_PEER, "File exists");
    }

    private static boolean owns(PeerStatus peer, PeerUpdate.AllowedIp ip) {
        return peer.allowedIps().contains(ip.prefix());
    }

    void deletePeer(String name) throws CommandFailure {
        if (Utf8Length.of(name) > Utf8Length.MAX_NAME) {
            throw WgConfigFailure.of("peer name too long");
        }
        DeviceInfo notes = ask(DELETE_PEER, device::notes);
        List<PublicKey> keys =
                notes.peers().entrySet().stream()
                        .filter(peer -> peer.getValue().description().equals(name))
                        .map(Map.Entry::getKey)
                        .collect(Collectors.toList());
        if (keys.isEmpty() || name.isEmpty()) {
            throw refused(DELETE_PEER, "No such file or directory");
        }
        // The newest, if other tools have given the same name to several.
        PeerUpdate removal = PeerUpdate.removal(keys.getLast());
        apply(DELETE_PEER, update(null, OptionalInt.empty(), List.of(removal)));
    }

    private static DeviceUpdate update(
            @Nullable PrivateKey key, OptionalInt port, List<PeerUpdate> peers) {
        return DeviceUpdate.builder().privateKey(key).listenPort(port).peers(peers).build();
    }

    private void apply(int command, DeviceUpdate update) throws CommandFailure {
        try {
            device.configure(update);
        } catch (IOException e) {
            throw refused(command, ErrorText.of(e));
        } finally {
            update.erase();
        }
    }

    private interface Question<T> {
        T ask() throws IOException;
    }

    private static <T> T ask(int command, Question<T> question) throws CommandFailure {
        try {
            return question.ask();
        } catch (IOException e) {
            throw refused(command, ErrorText.of(e));
        }
    }

    private static CommandFailure refused(int command, String reason) {
        return WgConfigFailure.of("ioctl(SIOCSDRVSPEC): cmd=" + command + ": " + reason);
    }

    // The numbers of the commands, which are part of the messages.
    private static final int SET_PRIVATE_KEY = 1;
    private static final int SET_LISTEN_PORT = 2;
    private static final int ADD_PEER = 4;
    private static final int DELETE_PEER = 8;
}
