package dev.adit.device.text;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpAddress;

import org.jspecify.annotations.Nullable;

import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Optional;
import java.util.OptionalInt;

/// Parses and prints the scopes of link-local IPv6 addresses, which text gives as the name or the
/// index of an interface. Stateless; asks the system for its interfaces.
public final class ScopeIds {
    /// Parses an endpoint, its scope by name or number. Empty when `text` is not one.
    public static Optional<Endpoint> endpoint(String text) {
        int percent = text.indexOf('%');
        int bracket = text.lastIndexOf(']');
        if (percent < 1 || bracket < percent) return Endpoint.parse(text);
        Optional<IpAddress> address = IpAddress.parse(text.substring(1, percent));
        if (address.isEmpty()) return Optional.empty();
        OptionalInt index = index(address.get(), text.substring(percent + 1, bracket));
        if (index.isEmpty()) return Optional.empty();
        return Endpoint.parse(
                text.substring(0, percent) + "%" + index.getAsInt() + text.substring(bracket));
    }

    /// The same text without a scope.
    public static String withoutScope(String text) {
        int percent = text.indexOf('%');
        int bracket = text.lastIndexOf(']');
        return percent < 1 || bracket < percent
                ? text
                : text.substring(0, percent) + text.substring(bracket);
    }

    /// The index of the interface that `scope` gives as a name, when `address` is link-local, or as
    /// a number. Empty when there is none of that name.
    public static OptionalInt index(IpAddress address, String scope) {
        if (!address.v6()) return OptionalInt.empty();
        NetworkInterface named = isLinkLocal(address) ? named(scope) : null;
        if (named != null) return OptionalInt.of(named.getIndex());
        long number = Numbers.decimal(scope, Integer.MAX_VALUE);
        return number < 0 ? OptionalInt.empty() : OptionalInt.of((int) number);
    }

    /// Prints an endpoint, its scope by name where the interface still exists.
    public static String print(Endpoint endpoint) {
        String name = endpoint.scope() == 0 ? null : nameOf(endpoint.scope());
        if (name == null) return endpoint.toString();
        return "[" + endpoint.address() + "%" + name + "]:" + endpoint.port();
    }

    private static @Nullable NetworkInterface named(String name) {
        try {
            return name.isEmpty() ? null : NetworkInterface.getByName(name);
        } catch (SocketException e) {
            return null;
        }
    }

    private static @Nullable String nameOf(int index) {
        try {
            NetworkInterface found = NetworkInterface.getByIndex(index);
            return found == null ? null : found.getName();
        } catch (SocketException e) {
            return null;
        }
    }

    /// True in fe80::/10, and for a multicast address of that scope.
    private static boolean isLinkLocal(IpAddress address) {
        return address.high() >>> 54 == 0xfe80 >>> 6
                || (address.high() >>> 56 == 0xff && (address.high() >>> 48 & 0xf) == 2);
    }

    private ScopeIds() {}
}
