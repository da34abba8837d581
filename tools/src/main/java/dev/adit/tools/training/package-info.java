/// The training run that the launcher does after each build, so that `aditd` starts faster: the
/// daemon from its start to its end, with a peer, packets and handshakes. The training run of the
/// tools is [dev.adit.tools.ToolTraining].
///
/// May use `keys`, `daemon`, `ip.bytes`, `ip.address`, `ip.packet`, `ip.port`, `protocol.wire`,
/// `protocol.keys`, `protocol.tunnel`, `device.config`, `device`, `device.uapi`. No program uses
/// it. Read [dev.adit.tools.training.DaemonTraining] first.
package dev.adit.tools.training;
