package dev.adit.protocol.collection;

/// An entry whose index is in a field that is not final, so that it is seen by other threads only
/// if the table publishes it safely.
final class StressEntry {
    private int index;

    StressEntry(int index) {
        this.index = index;
    }

    int index() {
        return index;
    }
}
