package dev.adit.tools.show;

import dev.adit.ip.address.Endpoint;

import java.net.NetworkInterface;
import java.net.SocketException;

/// Formats an endpoint as getnameinfo(3) does: a link-local address with the name of its interface.
/// Stateless.
final class EndpointText {
    static String of(Endpoint endpoint) {
        if (endpoint.scope() == 0) return endpoint.toString();
        return "["
                + endpoint.address()
                + "%"
                + interfaceName(endpoint.scope())
                + "]:"
                + endpoint.port();
    }

    /// The name of interface number `index`, or the number itself when there is none.
    private static String interfaceName(int index) {
        try {
            NetworkInterface found = NetworkInterface.getByIndex(index);
            if (found != null) return found.getName();
        } catch (SocketException e) {
            // The number stands for itself.
        }
        return Integer.toString(index);
    }

    private EndpointText() {}
}
