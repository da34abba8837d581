/// The tools of NetBSD: wgconfig(8) and wg-keygen(8).
///
/// May use `terminal`, `keys`, `ip.address`, `protocol.keys`, `device.config`,
/// `device.config.file`, `device.resolve`, `device.uapi`. Confined to the thread that runs the
/// command. Read [dev.adit.tools.netbsd.WgConfig] first.
package dev.adit.tools.netbsd;
