/// The command `adit show`: the configuration and counters of interfaces, for people and for
/// scripts.
///
/// May use `terminal`, `host`, `ip.address`, `protocol.drop`, `protocol.keys`, `device.config`.
/// Confined to the thread that runs the command. Read [dev.adit.tools.show.Show] first.
package dev.adit.tools.show;
