package dev.adit.device.event;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.port.SendException;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.keys.PeerIdentity;

import org.jspecify.annotations.Nullable;

/// A listener to what happens in a device. The device's log and its counters are listeners too.
///
/// Called by the thread in which it happens, often one that carries packets, by several threads at
/// once, and sometimes with a monitor of the device or of a peer held. So an implementation is
/// thread-safe, returns at once, neither waits for anything nor takes a lock that is held for
/// longer than a few field accesses, and does not call the device or close it. What takes time it
/// leaves to a thread of its own, through a queue that has a bound.
///
/// Events that are rare, or cost far more than an object, are records that may be kept; they come
/// through [#event]. The other methods are called on the data path, up to once for each packet, and
/// nothing is allocated for a call; if the implementation allocates nothing either, listening is as
/// good as free.
///
/// When a method throws, the device goes on, and so do the calls; the first exception is logged.
public interface DeviceListener {
    /// Something other than the events below has happened. Future versions may have more kinds of
    /// events, so a `switch` over them needs a default.
    default void event(DeviceEvent event) {}

    /// Packets were dropped for the same reason; a handshake message that is refused is one of
    /// them.
    ///
    /// @param peer the peer that they came from or were for, or null when that is not known. For
    ///   [DropReason#STAGED_OVERFLOW] it is the peer whose packet came last: when all peers
    ///   together hold too many packets, those of other peers may be dropped
    /// @param packets their number, at least 1
    /// @param packet the packet, if there is one and it is still there, else null. To be read only
    ///   until the method returns
    default void dropped(
            DropReason reason,
            @Nullable PeerIdentity peer,
            int packets,
            @Nullable DroppedPacket packet) {}

    /// A keepalive has come from `peer`.
    default void keepaliveReceived(PeerIdentity peer) {}

    /// A handshake message from `to` is answered with a cookie, as there are too many of them.
    default void cookieSent(Endpoint to) {}

    /// The system refuses to send to an endpoint; the packet is dropped. Called once for a batch.
    ///
    /// @param peer the peer at `to`, or null when that is not known
    default void sendRefused(@Nullable PeerIdentity peer, Endpoint to, SendException cause) {}
}
