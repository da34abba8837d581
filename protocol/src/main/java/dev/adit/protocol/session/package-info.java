/// An established session: counters, replay window, sealing and opening.
///
/// May use `crypto`, `wire`, `keys`, `packet`, `ip` and `drop`. Sealing and opening are thread-safe
/// where a method says so. Read [dev.adit.protocol.session.Session] first.
package dev.adit.protocol.session;
