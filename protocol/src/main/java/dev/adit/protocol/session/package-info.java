/// An established session: counters, replay window, sealing and opening.
///
/// May use `drop`, `crypto.spi`, `crypto`, `wire`, `keys`, `ip.bytes`, `ip.packet`, `ip.header`.
/// Sealing and opening are thread-safe where a method says so. Read
/// [dev.adit.protocol.session.Session] first.
package dev.adit.protocol.session;
