package dev.adit.device;

/// The state of a device.
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
    /// The device is closed, or its interface was removed. It cannot be used any more.
    CLOSED
}
