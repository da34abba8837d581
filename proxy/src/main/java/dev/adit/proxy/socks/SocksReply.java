package dev.adit.proxy.socks;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;

/// The reply codes of SOCKS5 (RFC 1928 §6).
public enum SocksReply {
    SUCCEEDED(0),
    GENERAL_FAILURE(1),
    NOT_ALLOWED(2),
    NETWORK_UNREACHABLE(3),
    HOST_UNREACHABLE(4),
    CONNECTION_REFUSED(5),
    TTL_EXPIRED(6),
    COMMAND_NOT_SUPPORTED(7),
    ADDRESS_TYPE_NOT_SUPPORTED(8);

    private final int code;

    SocksReply(int code) {
        this.code = code;
    }

    /// The number in the message.
    public int code() {
        return code;
    }

    /// The reply that tells a client why there is no connection. A time-out has no code of its own
    /// and is told as [#TTL_EXPIRED], as is usual.
    public static SocksReply of(IOException failure) {
        if (failure instanceof SocketTimeoutException) return TTL_EXPIRED;
        if (failure instanceof NoRouteToHostException) return HOST_UNREACHABLE;
        if (failure instanceof UnknownHostException) return HOST_UNREACHABLE;
        if (!(failure instanceof ConnectException)) return GENERAL_FAILURE;
        String text = String.valueOf(failure.getMessage());
        return text.startsWith("Connection timed out") ? TTL_EXPIRED : CONNECTION_REFUSED;
    }
}
