package dev.adit.device.pipeline.send;

/// Keeps the current [PaddingLimits] as MTUs change. Thread-safe; changed by one thread at a time.
public final class PaddingMtus {
    private volatile PaddingLimits limits;

    /// @param interfaceMtu the MTU of the interface
    public PaddingMtus(int interfaceMtu) {
        limits = new PaddingLimits(interfaceMtu);
    }

    /// Sets the MTU of the interface after it changed.
    public void ofInterface(int mtu) {
        limits = limits.withInterface(mtu);
    }

    /// Sets the MTUs that routes into the interface have of their own.
    public void ofRoutes(int[] mtus) {
        limits = limits.withRoutes(mtus);
    }

    /// The MTU beyond which a packet of `length` bytes is not padded, or 0 for no limit.
    int paddedTo(int length) {
        return limits.mtu(length);
    }
}
