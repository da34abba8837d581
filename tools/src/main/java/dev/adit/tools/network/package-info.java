/// The commands that open a network in their own process: `proxy` and `nc`.
///
/// May use `log`, `terminal`, `protocol.keys`, `device.config`, `device.secret`, `device.uapi`,
/// `net`, `proxy`. Read [dev.adit.tools.network.ProxyCommand] first.
package dev.adit.tools.network;
