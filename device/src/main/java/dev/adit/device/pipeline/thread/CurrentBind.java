package dev.adit.device.pipeline.thread;

import dev.adit.ip.port.Bind;

/// The bind that is open now, if the interface is up. Thread-safe.
public final class CurrentBind {
    private volatile Bind bind;

    /// The open bind, or null while the interface is down.
    public Bind get() {
        return bind;
    }

    /// Sets the bind, or null, and returns the one before. Called by one thread at a time.
    public Bind replace(Bind fresh) {
        Bind old = bind;
        bind = fresh;
        return old;
    }
}
