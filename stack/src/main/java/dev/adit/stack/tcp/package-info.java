/// TCP (RFC 9293): connections, listeners, TIME-WAIT, SYN cookies.
///
/// May use `socket`, `stats`, `hash`, `memory`, `schedule`, `ip`, `congestion`, `recovery`,
/// `ip.address`, `ip.header`, `ip.bytes`. Each type says how it may be shared. Read
/// [dev.adit.stack.tcp.TcpConnection] first.
package dev.adit.stack.tcp;
