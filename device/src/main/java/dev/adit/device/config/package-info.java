/// Configuration as immutable values, and its texts: files of wg(8), and the lines of UAPI.
///
/// May use `dns`, `ip.address`, `protocol.drop`, `protocol.keys`. Values are immutable; parsers are
/// confined to one thread. Read [dev.adit.device.config.DeviceUpdate] and
/// [dev.adit.device.config.DeviceConfiguration] first.
package dev.adit.device.config;
