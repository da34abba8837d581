/// The program `aditd`: runs a device as a daemon, with wireguard-go's process interface.
///
/// May use `log`, `terminal`, `ip.port`, `protocol.drop`, `protocol.keys`, `device.config`,
/// `device`, `device.uapi`. The main thread starts the device and waits for its end; a shutdown
/// hook ends it. Read [dev.adit.tools.daemon.Daemon] first.
package dev.adit.tools.daemon;
