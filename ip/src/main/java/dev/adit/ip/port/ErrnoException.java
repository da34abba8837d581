package dev.adit.ip.port;

import java.io.IOException;

/// A failed system call, with its function and error number.
public class ErrnoException extends IOException {
    private static final long serialVersionUID = 1L;

    /// The error number, as the platform counts.
    private final int errno;

    private final String text;

    /// @param function the C function: `bind`
    /// @param errno the error number
    /// @param text the system's words for it, with its symbol: `EADDRINUSE: Address already in use`
    public ErrnoException(String function, int errno, String text) {
        super(function + ": " + text);
        this.errno = errno;
        this.text = text;
    }

    /// True when the error has one of these symbols, such as `ENETUNREACH`, which are the same on
    /// every platform.
    public boolean hasSymbol(String... symbols) {
        for (String symbol : symbols) {
            if (text.equals(symbol) || text.startsWith(symbol + ":")) return true;
        }
        return false;
    }

    /// The error number, as the platform counts.
    public int errno() {
        return errno;
    }
}
