/// The JDK's sockets on a stack: what a program gets in place of the host's.
///
/// May use `core`, `ip.address`, `stack.socket`, `stack`. Read
/// [dev.adit.net.socket.TunnelSocketImpl] first.
package dev.adit.net.socket;
