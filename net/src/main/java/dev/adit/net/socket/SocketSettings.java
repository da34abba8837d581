package dev.adit.net.socket;

import dev.adit.stack.socket.TcpOptions;

import jdk.net.ExtendedSocketOptions;

import java.net.SocketException;
import java.net.SocketOption;
import java.net.SocketOptions;
import java.net.StandardSocketOptions;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// The options of a TCP socket, as the JDK names them. Thread-safe; its monitor may be held to keep
/// what is set together with what is done about it.
///
/// `SO_REUSEADDR` is kept and has no effect: connections in TIME-WAIT never keep a port from being
/// listened on.
final class SocketSettings {
    private TcpOptions tcp;
    private int linger = -1;
    private int timeout;
    private int trafficClass;
    private boolean reuseAddress;
    private boolean urgentInline;

    SocketSettings(TcpOptions tcp) {
        this.tcp = tcp;
    }

    /// Options of the connection or listener.
    synchronized TcpOptions tcp() {
        return tcp;
    }

    /// Milliseconds that a read or accept waits, 0 for no limit.
    synchronized int timeout() {
        return timeout;
    }

    synchronized void timeout(int millis) {
        timeout = millis;
    }

    /// Seconds that close waits, -1 for not at all.
    synchronized int linger() {
        return linger;
    }

    synchronized void linger(int seconds) {
        linger = seconds;
    }

    synchronized void urgentInline(boolean on) {
        urgentInline = on;
    }

    synchronized boolean urgentInline() {
        return urgentInline;
    }

    /// Those that a socket has.
    static Set<SocketOption<?>> ofSocket() {
        return Set.of(
                StandardSocketOptions.SO_RCVBUF,
                StandardSocketOptions.SO_SNDBUF,
                StandardSocketOptions.SO_REUSEADDR,
                StandardSocketOptions.SO_KEEPALIVE,
                StandardSocketOptions.SO_LINGER,
                StandardSocketOptions.TCP_NODELAY,
                StandardSocketOptions.IP_TOS,
                ExtendedSocketOptions.TCP_KEEPIDLE,
                ExtendedSocketOptions.TCP_KEEPINTERVAL,
                ExtendedSocketOptions.TCP_KEEPCOUNT);
    }

    /// Those that a server socket has.
    static Set<SocketOption<?>> ofServer() {
        return Set.of(
                StandardSocketOptions.SO_RCVBUF,
                StandardSocketOptions.SO_REUSEADDR,
                StandardSocketOptions.IP_TOS);
    }

    /// Refuses a value that an option cannot have.
    ///
    /// @throws IllegalArgumentException
    static void check(SocketOption<?> option, Object value) {
        boolean isValid = option.type().isInstance(value);
        if (isValid && option == StandardSocketOptions.IP_TOS) {
            isValid = (Integer) value >= 0 && (Integer) value <= 255;
        } else if (isValid && isBuffer(option)) {
            isValid = (Integer) value >= 0; // with 0, the smallest
        }
        if (!isValid) {
            throw new IllegalArgumentException("Invalid value '" + value + "' for " + option);
        }
    }

    private static boolean isBuffer(SocketOption<?> option) {
        return option == StandardSocketOptions.SO_SNDBUF
                || option == StandardSocketOptions.SO_RCVBUF;
    }

    /// Sets one; the connection has to be given [#tcp] again.
    synchronized void set(SocketOption<?> option, Object value) throws SocketException {
        if (option == StandardSocketOptions.TCP_NODELAY) {
            tcp = tcp.withNoDelay((Boolean) value);
        } else if (option == StandardSocketOptions.SO_KEEPALIVE) {
            keepAlive((Boolean) value);
        } else if (option == StandardSocketOptions.SO_LINGER) {
            linger = Math.clamp((Integer) value, -1, MAX_LINGER);
        } else if (option == StandardSocketOptions.SO_SNDBUF) {
            tcp = tcp.withBuffers(size((Integer) value), tcp.receiveBuffer());
        } else if (option == StandardSocketOptions.SO_RCVBUF) {
            tcp = tcp.withBuffers(tcp.sendBuffer(), size((Integer) value));
        } else if (option == StandardSocketOptions.SO_REUSEADDR) {
            reuseAddress = (Boolean) value;
        } else if (option == StandardSocketOptions.IP_TOS) {
            trafficClass = (Integer) value & 0xff;
            tcp = tcp.withTrafficClass(trafficClass);
        } else {
            keepAliveTime(option, (Integer) value);
        }
    }

    synchronized Object get(SocketOption<?> option) {
        if (option == StandardSocketOptions.TCP_NODELAY) return tcp.noDelay();
        if (option == StandardSocketOptions.SO_KEEPALIVE) return tcp.keepAlive();
        if (option == StandardSocketOptions.SO_LINGER) return linger;
        if (option == StandardSocketOptions.SO_SNDBUF) return tcp.sendBuffer();
        if (option == StandardSocketOptions.SO_RCVBUF) return tcp.receiveBuffer();
        if (option == StandardSocketOptions.SO_REUSEADDR) return reuseAddress;
        if (option == StandardSocketOptions.IP_TOS) return trafficClass;
        if (option == ExtendedSocketOptions.TCP_KEEPIDLE) return seconds(tcp.keepAliveIdle());
        if (option == ExtendedSocketOptions.TCP_KEEPINTERVAL) {
            return seconds(tcp.keepAliveInterval());
        }
        return tcp.keepAliveCount();
    }

    /// Sets one by its number in [SocketOptions].
    synchronized void set(int number, Object value) throws SocketException {
        switch (number) {
            case SocketOptions.SO_TIMEOUT -> timeout = (Integer) value;
            case SocketOptions.SO_OOBINLINE -> urgentInline = (Boolean) value;
            case SocketOptions.SO_LINGER ->
                    set(
                            StandardSocketOptions.SO_LINGER,
                            value instanceof Integer seconds ? seconds : -1);
            default -> set(SocketOptionNumbers.of(number), value);
        }
    }

    /// One by its number in [SocketOptions].
    synchronized Object get(int number) throws SocketException {
        return switch (number) {
            case SocketOptions.SO_TIMEOUT -> timeout;
            case SocketOptions.SO_OOBINLINE -> urgentInline;
            default -> get(SocketOptionNumbers.of(number));
        };
    }

    private void keepAlive(boolean on) {
        TcpOptions timed =
                tcp.withKeepAlive(
                        tcp.keepAliveIdle(), tcp.keepAliveInterval(), tcp.keepAliveCount());
        tcp = on ? timed : tcp.withoutKeepAlive();
    }

    private void keepAliveTime(SocketOption<?> option, int value) throws SocketException {
        if (value < 1) throw new SocketException(option + " has to be positive: " + value);
        boolean on = tcp.keepAlive();
        long nanos = TimeUnit.SECONDS.toNanos(value);
        tcp =
                tcp.withKeepAlive(
                        option == ExtendedSocketOptions.TCP_KEEPIDLE ? nanos : tcp.keepAliveIdle(),
                        option == ExtendedSocketOptions.TCP_KEEPINTERVAL
                                ? nanos
                                : tcp.keepAliveInterval(),
                        option == ExtendedSocketOptions.TCP_KEEPCOUNT
                                ? value
                                : tcp.keepAliveCount());
        if (!on) tcp = tcp.withoutKeepAlive();
    }

    private static int seconds(long nanos) {
        return (int) TimeUnit.NANOSECONDS.toSeconds(nanos);
    }

    private static int size(int bytes) {
        return Math.clamp(bytes, MIN_BUFFER, TcpOptions.DEFAULT.receiveBuffer());
    }

    private static final int MIN_BUFFER = 4096;
    private static final int MAX_LINGER = 65535;
}
