/// A WireGuard interface without its I/O, and the state machine of each of its peers: when to shake
/// hands, keep alive, rekey and erase keys.
///
/// May use `drop`, `wire`, `keys`, `noise`, `cookie`, `session`, `collection`, `ip.bytes`,
/// `ip.address`, `ip.packet`, `ip.header`. Time is an argument, in nanoseconds since the device
/// started; actions that the protocol needs are passed to [dev.adit.protocol.tunnel.Actions]. Read
/// [dev.adit.protocol.tunnel.Tunnel] first, then [dev.adit.protocol.tunnel.Peer] and `Timers`.
package dev.adit.protocol.tunnel;
