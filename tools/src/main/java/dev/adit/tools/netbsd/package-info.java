/// The tools of NetBSD: wgconfig(8) and wg-keygen(8).
///
/// May use `tools.terminal`, `tools.keys`, `device.config`, `device.uapi` and the values of the
/// protocol. Confined to the thread that runs the command. Read [dev.adit.tools.netbsd.WgConfig]
/// first.
package dev.adit.tools.netbsd;
