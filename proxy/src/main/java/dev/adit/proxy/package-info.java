/// A proxy for every program of the host into a network in this program.
///
/// May use `stream`, `socks`, `server`, `forward`, `dns`, `health`, `net`, `device.dns`,
/// `device.secret`. Read [dev.adit.proxy.Proxy] first.
package dev.adit.proxy;
