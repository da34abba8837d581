/// What a command may touch of the outside, and what it is made of.
///
/// May use `ip.port`, `protocol.keys`, `protocol.tunnel`. Confined to the thread that runs the
/// command. Read [dev.adit.tools.terminal.Command] and [dev.adit.tools.terminal.Terminal] first.
package dev.adit.tools.terminal;
