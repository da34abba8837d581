package dev.adit.protocol.collection;

import java.util.random.RandomGenerator;

/// Indices that all start at the same place of a table: 16, 32, 48 and so on.
final class CollidingIndices implements RandomGenerator {
    private int last;

    @Override
    public int nextInt() {
        return last += 16;
    }

    @Override
    public long nextLong() {
        return nextInt();
    }
}
