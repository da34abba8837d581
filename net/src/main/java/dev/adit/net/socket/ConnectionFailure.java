package dev.adit.net.socket;

import dev.adit.ip.address.IpAddress;
import dev.adit.net.core.TunnelStack;
import dev.adit.stack.socket.Ending;
import dev.adit.stack.socket.RefusedException;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;

/// Converts the stack's errors to the exceptions that the JDK's sockets throw. Stateless.
final class ConnectionFailure {
    /// Why a connection to `to` could not be made.
    static IOException connecting(TunnelStack net, Ending ending, IpAddress to, int port) {
        return switch (ending.reason()) {
            case REFUSED -> new ConnectException("Connection refused: " + end(to, port));
            case RESET -> new ConnectException("Connection reset: " + end(to, port));
            case UNREACHABLE ->
                    new NoRouteToHostException(
                            "No route to host: " + end(to, port) + net.reason(to));
            case TIMED_OUT ->
                    new ConnectException("Connection timed out: " + end(to, port) + net.reason(to));
            default -> ended(net, ending);
        };
    }

    /// Why nothing can be read or written any more.
    static SocketException ended(TunnelStack net, Ending ending) {
        return switch (ending.reason()) {
            case RESET -> new SocketException("Connection reset");
            case TIMED_OUT -> new SocketException("Connection timed out");
            case STACK_CLOSED -> new SocketException("Network closed: " + net.name());
            default -> new SocketException("Socket closed");
        };
    }

    /// Why the stack refused a request at once.
    static IOException refused(TunnelStack net, RefusedException e) {
        String text = e.getMessage();
        return switch (e.reason()) {
            case ADDRESS_IN_USE -> new BindException("Address already in use: " + text);
            case ADDRESS_NOT_AVAILABLE ->
                    new BindException("Cannot assign requested address: " + text);
            case NO_EPHEMERAL_PORT -> new BindException(text);
            case BAD_DESTINATION -> new NoRouteToHostException(text);
            case NO_MEMORY -> new SocketException("No buffer space available: " + text);
            case CLOSED -> new SocketException("Network closed: " + net.name());
        };
    }

    /// An address and a port as text.
    static String end(IpAddress address, int port) {
        return (address.v6() ? "[" + address + "]" : address.toString()) + ":" + port;
    }

    private ConnectionFailure() {}
}
