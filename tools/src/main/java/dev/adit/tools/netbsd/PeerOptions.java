package dev.adit.tools.netbsd;

import dev.adit.device.config.ConfigException;
import dev.adit.device.config.PeerUpdate;
import dev.adit.device.config.PeerUpdate.AllowedIp;
import dev.adit.device.config.file.ConfValues;
import dev.adit.device.config.file.ConfValues.Destination;
import dev.adit.device.resolve.Resolver;
import dev.adit.ip.address.IpAddress;
import dev.adit.ip.address.IpPrefix;
import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.tools.terminal.CommandFailure;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// Parses the options of `add peer`, all in the form `--option=value`; the last one of a kind
/// counts. Confined to one thread.
final class PeerOptions {
    private final ConfValues values;
    private @Nullable PresharedKey presharedKey;
    private @Nullable Destination destination;
    private List<AllowedIp> allowedIps = List.of();

    PeerOptions(Resolver resolver) {
        values = new ConfValues(resolver, warning -> {});
    }

    void add(String option) throws CommandFailure {
        int value = option.indexOf('=') + 1;
        switch (option.substring(0, value)) {
            case "--endpoint=" -> destination = destination(option.substring(value));
            case "--allowed-ips=" -> allowedIps = allowedIps(option.substring(value));
            case "--preshared-key=" -> {
                erase();
                presharedKey =
                        NetBsdKeyFile.read(option.substring(value), PresharedKey::fromBase64);
            }
            default -> throw WgConfigFailure.of("invalid option: " + option);
        }
    }

    private Destination destination(String text) throws CommandFailure {
        int colon = text.lastIndexOf(':');
        if (text.startsWith("[")) {
            int bracket = text.indexOf(']');
            colon = bracket + 1;
            boolean divided = bracket > 0 && text.startsWith(":", colon);
            if (!divided) throw WgConfigFailure.of("invalid endpoint format");
        }
        if (colon < 0) throw WgConfigFailure.of("no ':' found in endpoint");
        try {
            return values.destination(text);
        } catch (ConfigException e) {
            String reason = e.detail().replaceFirst("(?s): `.*", "");
            throw WgConfigFailure.of("getaddrinfo: " + text + " (" + reason + ")");
        }
    }

    private static List<AllowedIp> allowedIps(String text) throws CommandFailure {
        List<AllowedIp> list = new ArrayList<>();
        for (String element : text.split(",", -1)) {
            int slash = element.indexOf('/');
            if (slash < 0) throw WgConfigFailure.of("no '/' found in allowed-ip");
            int length = CNumbers.number(element.substring(slash + 1));
            IpAddress address =
                    IpAddress.parse(element.substring(0, slash))
                            .orElseThrow(
                                    () ->
                                            WgConfigFailure.of(
                                                    "getaddrinfo: Name or service not known"));
            if (length > address.bits()) {
                throw WgConfigFailure.of("ioctl(SIOCSDRVSPEC): cmd=4: Invalid argument");
            }
            list.add(new AllowedIp(new IpPrefix(address, length), false));
        }
        return list;
    }

    /// The update that adds the peer with this key and name. It owns the preshared key from now on.
    PeerUpdate toUpdate(PublicKey key, String name) {
        PeerUpdate.Builder update =
                PeerUpdate.of(key)
                        .presharedKey(presharedKey)
                        .replaceAllowedIps()
                        .allowedIps(allowedIps)
                        .description(name);
        if (destination != null) {
            update.endpoint(destination.endpoint()).endpointName(destination.name());
        }
        return update.build();
    }

    void erase() {
        if (presharedKey != null) presharedKey.erase();
    }
}
