/// The JDK's channels and selectors on a stack, for programs that wait for many sockets at once.
///
/// May use `core`, `socket`, `ip.address`, `stack.socket`. Read
/// [dev.adit.net.channels.TunnelSelector] first.
package dev.adit.net.channels;
