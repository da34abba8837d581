/// An established session: counters, replay window, sealing and opening.
///
/// May use `drop`, `crypto.spi`, `crypto`, `wire`, `keys`, `ip.bytes`, `ip.packet`, `ip.header`.
/// Sealing and opening are thread-safe where a method says so; the replay window belongs to the
/// thread that drains the peer's inbound packets. Read Session first.
package dev.adit.protocol.session;
