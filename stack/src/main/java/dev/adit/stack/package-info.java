/// A TCP/IP stack for one point-to-point link, without I/O, threads or a clock.
///
/// May use `socket`, `stats`, `hash`, `memory`, `schedule`, `ip`, `udp`, `echo`, `tcp`,
/// `ip.packet`, `ip.address`, `ip.header`, `ip.bytes`. Read [dev.adit.stack.Stack] first.
package dev.adit.stack;
