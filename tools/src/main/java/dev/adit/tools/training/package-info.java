/// The training run that the launcher does after each build, so that `aditd` starts faster: the
/// daemon from its start to its end, with a peer, packets and handshakes. The training run of the
/// tools is [dev.adit.tools.ToolTraining].
///
/// May use `tools.daemon`, `tools.keys`, the device and the protocol. No program uses it. Read
/// [dev.adit.tools.training.DaemonTraining] first.
package dev.adit.tools.training;
