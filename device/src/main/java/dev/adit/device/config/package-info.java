/// Configuration as immutable values, and the texts they are written in.
///
/// May use `protocol.keys` and `protocol.address`. Everything is immutable or stateless. Read
/// [dev.adit.device.config.DeviceUpdate] and [dev.adit.device.config.DeviceStatus] first.
package dev.adit.device.config;
