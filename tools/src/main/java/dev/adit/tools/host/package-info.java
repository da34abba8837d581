/// The system around a command: other programs, and the daemons of this machine.
///
/// May use `device.config`, `device.uapi`. Confined to the thread that runs the command. Read
/// [dev.adit.tools.host.SystemHost] first.
package dev.adit.tools.host;
