package dev.adit.device.pipeline.send;

import java.util.Arrays;

/// The lengths beyond which packets are not padded: the MTU of the interface, and those of routes
/// that lead into it. Immutable.
///
/// The system pads a packet to the MTU of its route at most. Which route that was is not told with
/// the packet, but its MTU was not smaller than the packet. So the smallest MTU that is not smaller
/// is at most the one that the system would take.
final class PaddingLimits {
    private final int interfaceMtu;
    private final int[] routeMtus;
    private final int[] mtus; // all of them, ascending

    /// @param interfaceMtu the MTU of the interface, or 0 for no limit
    /// @param routeMtus those of routes that have one of their own
    PaddingLimits(int interfaceMtu, int... routeMtus) {
        this.interfaceMtu = interfaceMtu;
        this.routeMtus = routeMtus;
        int[] all = Arrays.copyOf(routeMtus, routeMtus.length + 1);
        all[routeMtus.length] = interfaceMtu;
        mtus = Arrays.stream(all).filter(mtu -> mtu != 0).sorted().toArray();
    }

    /// The same for an interface of another MTU.
    PaddingLimits withInterface(int mtu) {
        return new PaddingLimits(mtu, routeMtus);
    }

    /// The same for other routes.
    PaddingLimits withRoutes(int[] mtus) {
        return new PaddingLimits(interfaceMtu, mtus.clone());
    }

    /// The MTU up to which a packet of `length` bytes may be padded. When it is longer than any of
    /// them, that is the interface's.
    int mtu(int length) {
        return routeMtus.length == 0 ? interfaceMtu : smallest(length);
    }

    private int smallest(int length) {
        int at = Arrays.binarySearch(mtus, length);
        int first = at >= 0 ? at : -at - 1;
        return first < mtus.length ? mtus[first] : interfaceMtu;
    }
}
