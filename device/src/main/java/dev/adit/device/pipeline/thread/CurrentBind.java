package dev.adit.device.pipeline.thread;

import dev.adit.ip.port.Bind;

import org.jspecify.annotations.Nullable;

/// The bind that is open now, if the interface is up. Thread-safe.
public final class CurrentBind {
    private volatile @Nullable Bind bind;

    /// The open bind, or null while the interface is down.
    public @Nullable Bind get() {
        return bind;
    }

    /// Sets the bind, or null, and returns the one before. Called by one thread at a time.
    public @Nullable Bind replace(@Nullable Bind fresh) {
        Bind old = bind;
        bind = fresh;
        return old;
    }
}
