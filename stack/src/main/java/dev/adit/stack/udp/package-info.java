/// UDP (RFC 768): ports with bounded queues.
///
/// May use `socket`, `stats`, `memory`, `schedule`, `ip`, `ip.address`, `ip.header`, `ip.bytes`.
/// Thread-safe but for what is confined. Read [dev.adit.stack.udp.UdpSocket] first.
package dev.adit.stack.udp;
