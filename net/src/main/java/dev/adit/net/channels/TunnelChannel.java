package dev.adit.net.channels;

/// A channel on a stack, as its selection keys see it. Thread-safe.
interface TunnelChannel {
    /// Those of `operations` that would not wait now.
    int ready(int operations);

    /// What tells when that may have changed.
    ChannelEvents events();
}
