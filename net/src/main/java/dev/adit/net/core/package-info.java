/// A stack joined to a device: the TUN between them, and the places where threads wait.
///
/// May use `ip.address`, `ip.packet`, `ip.port`, `stack.hash`, `stack.socket`, `stack`. Read
/// [dev.adit.net.core.TunnelStack] first.
package dev.adit.net.core;
