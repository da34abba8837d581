package dev.adit.net.channels;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;

/// Selection keys that their selector has to look at. Each is in it once at most, which the key
/// itself sees to. Thread-safe; a leaf in the order of locks.
final class KeyQueue<K extends ChannelKey> {
    private final ArrayDeque<K> keys = new ArrayDeque<>(); // guarded by itself

    void add(K key) {
        synchronized (keys) {
            keys.add(key);
        }
    }

    /// Takes the oldest, or null.
    @Nullable K poll() {
        synchronized (keys) {
            return keys.poll();
        }
    }

    boolean isEmpty() {
        synchronized (keys) {
            return keys.isEmpty();
        }
    }
}
