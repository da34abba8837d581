/// Configuration and state of a device as immutable values.
///
/// May use `text`, `ip.address`, `protocol.drop`, `protocol.keys`. Read
/// [dev.adit.device.config.DeviceUpdate] and [dev.adit.device.config.DeviceConfiguration] first.
package dev.adit.device.config;
