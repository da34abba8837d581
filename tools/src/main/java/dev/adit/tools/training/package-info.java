/// What the launcher runs after each build, so that `aditd` starts soon: the daemon from its start
/// to its end, with a peer, packets and handshakes. The rehearsal of the tools is
/// [dev.adit.tools.ToolTraining].
///
/// May use `tools.daemon`, `tools.keys`, the device and the protocol. Nothing of it is used by a
/// program. Read [dev.adit.tools.training.Stage] first.
package dev.adit.tools.training;
