/// The interface of commands, and the part of the outside world that they may use.
///
/// May use `ip.port`, `protocol.keys`, `protocol.session`. Confined to the thread that runs the
/// command. Read [dev.adit.tools.terminal.Command] and [dev.adit.tools.terminal.Terminal] first.
package dev.adit.tools.terminal;
