/// The interfaces and values that a program sees of the stack: connections, listeners, datagrams,
/// options and events.
///
/// May use `ip.address`. Values are immutable, sockets are thread-safe. Read
/// [dev.adit.stack.socket.Connection] first.
package dev.adit.stack.socket;
