/// The tools of OpenBSD and FreeBSD: the WireGuard part of ifconfig(8), route(8), and netstart(8)
/// with its hostname.if(5) files.
///
/// A line is parsed to an [IfConfigLine] before anything is done, so that a wrong word changes
/// nothing; then [IfConfigRunner] does it, with `ip` and through the configuration socket. May use
/// `terminal`, `host`, `ip.address`, `ip.port`, `protocol.keys`, `device.config`,
/// `device.config.file`, `device.resolve`. Confined to the thread that runs the command. Read
/// [IfConfigLine] first, then [IfConfigRunner].
package dev.adit.tools.ifconfig;
