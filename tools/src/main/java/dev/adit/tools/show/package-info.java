/// The command `adit show`: the configuration and counters of interfaces, for people and for
/// scripts.
///
/// May use `tools.terminal`, `tools.keys`, `tools.host`, `device.config`, `protocol.keys`,
/// `protocol.address` and `protocol.drop`. Confined to the thread that runs the command. Read
/// [dev.adit.tools.show.Show] first.
package dev.adit.tools.show;
