package dev.adit.ip.port;

/// Thrown when the socket refuses a packet; the earlier packets of the same call were sent.
public final class SendException extends ErrnoException {
    private static final long serialVersionUID = 1L;

    /// The index of the refused entry in its batch.
    private final int refused;

    /// True when sending again without the endpoint's source address may succeed.
    private final boolean sourceGone;

    /// @param refused the index of the refused entry in its batch
    /// @param sourceGone true when the endpoint's source address may be the reason
    public SendException(String function, int errno, String text, int refused, boolean sourceGone) {
        super(function, errno, text);
        this.refused = refused;
        this.sourceGone = sourceGone;
    }

    /// The index of the refused entry in its batch.
    public int refused() {
        return refused;
    }

    /// True when the system has no route to the endpoint now.
    public boolean unreachable() {
        return hasSymbol(
                "ENETUNREACH",
                "EHOSTUNREACH",
                "ENETDOWN",
                "EHOSTDOWN",
                "EADDRNOTAVAIL",
                "EAFNOSUPPORT");
    }

    /// True when the endpoint's source address is gone or no longer leads to the peer: sending
    /// again without it may succeed.
    public boolean sourceGone() {
        return sourceGone;
    }
}
