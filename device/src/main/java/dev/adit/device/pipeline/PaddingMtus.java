package dev.adit.device.pipeline;

/// The [PaddingLimits] of now, as MTUs change. Thread-safe; changed by one thread at a time.
final class PaddingMtus {
    private volatile PaddingLimits limits;

    /// @param interfaceMtu the MTU of the interface
    PaddingMtus(int interfaceMtu) {
        limits = new PaddingLimits(interfaceMtu);
    }

    /// Sets the MTU of the interface after it changed.
    void ofInterface(int mtu) {
        limits = limits.withInterface(mtu);
    }

    /// Sets the MTUs that routes into the interface have of their own.
    void ofRoutes(int[] mtus) {
        limits = limits.withRoutes(mtus);
    }

    /// The MTU beyond which a packet of `length` bytes is not padded, or 0 for no limit.
    int paddedTo(int length) {
        return limits.mtu(length);
    }
}
