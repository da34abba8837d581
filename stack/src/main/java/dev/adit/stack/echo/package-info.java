/// Ping: ICMP echo requests of this side, and the replies to them.
///
/// May use `socket`, `stats`, `schedule`, `ip`, `ip.address`, `ip.header`, `ip.bytes`. Read
/// [dev.adit.stack.echo.EchoTable] first.
package dev.adit.stack.echo;
