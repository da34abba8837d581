/// Whether a proxy works, and its counters, for the programs that look after it.
///
/// May use `stream`, `http`, `server`, `net`, `ip.address`, `protocol.keys`, `device.config`,
/// `device`. Each type says how it may be shared. Read [dev.adit.proxy.health.HealthServer] first.
package dev.adit.proxy.health;
