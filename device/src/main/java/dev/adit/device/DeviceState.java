package dev.adit.device;

/// Where a device is in its life.
///
/// ```
///          the interface goes up
///        ┌───────────────────────►
///   DOWN                          UP
///        ◄───────────────────────┐
///     │    the interface goes down │
///     │                            │
///     └────────► CLOSED ◄──────────┘
/// ```
public enum DeviceState {
    /// The interface is down: no socket is open, nothing is sent.
    DOWN,
    /// The interface is up.
    UP,
    /// The device is closed, or its interface was removed. It is of no use any more.
    CLOSED
}
