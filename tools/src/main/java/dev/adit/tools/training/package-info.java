/// What the launcher runs after each build, so that `aditd` starts soon: the daemon from its start
/// to its end, with a peer, packets and handshakes. The rehearsal of the tools is
/// [dev.adit.tools.ToolTraining].
///
/// May use `keys`, `daemon`, `ip.bytes`, `ip.address`, `ip.packet`, `ip.port`, `protocol.wire`,
/// `protocol.keys`, `protocol.tunnel`, `device.config`, `device`, `device.uapi`. Nothing of it is
/// used by a program. Read [dev.adit.tools.training.DaemonTraining] first.
package dev.adit.tools.training;
