package dev.adit.device.pipeline;

/// The device's time: nanoseconds since it was started. Immutable.
final class Clock {
    private final long start = System.nanoTime();

    long now() {
        return System.nanoTime() - start;
    }
}
