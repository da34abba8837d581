/// A network in a program: open one, and use the JDK's sockets in it.
///
/// May use `core`, `socket`, `channels`, `names`, `ip.address`, `ip.packet`, `ip.port`,
/// `protocol.drop`, `protocol.keys`, `device.config`, `device.config.file`, `device.event`,
/// `device.resolve`, `device.secret`, `device`, `stack.socket`, `stack.stats`, `stack`. Read
/// [dev.adit.net.Network] first.
package dev.adit.net;
