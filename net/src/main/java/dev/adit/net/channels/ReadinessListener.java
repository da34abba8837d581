package dev.adit.net.channels;

/// Is told when a channel may have become ready for something. Called by any thread, without
/// monitors; returns at once.
interface ReadinessListener {
    /// @param operations of [java.nio.channels.SelectionKey] that may have become possible
    void mayBeReady(int operations);
}
