package dev.adit.device.event;

import dev.adit.ip.address.Endpoint;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/// A view of a packet that is being dropped. Confined to the call that it is passed to: the object
/// and the memory are used again for the next packet.
public interface DroppedPacket {
    /// True for an IP packet from inside the tunnel, false for a message from the network.
    boolean isInner();

    /// The memory that the packet lies in, which must not be changed.
    MemorySegment memory();

    /// The offset of the packet in [#memory].
    long offset();

    /// The length of the packet; 0 when its bytes are not there any more.
    int length();

    /// The sender on the network, or null for a packet on its way there. May allocate.
    @Nullable Endpoint sender();
}
