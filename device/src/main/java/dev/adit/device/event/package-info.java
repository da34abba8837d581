/// What happens in a device, and the interface of those that are told: drops, handshakes, sessions,
/// endpoints, and changes of the interface and of the configuration.
///
/// May use `ip.address`, `ip.port`, `protocol.drop`, `protocol.keys`. Read `DeviceListener` first.
package dev.adit.device.event;
