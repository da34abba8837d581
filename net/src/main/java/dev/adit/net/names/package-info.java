/// Names: a stub resolver whose questions go through the tunnel, and the host's resolver.
///
/// May use `core`, `socket`, `device.dns`, `ip.address`, `ip.port`. Read
/// [dev.adit.net.names.TunnelNames] first.
package dev.adit.net.names;
