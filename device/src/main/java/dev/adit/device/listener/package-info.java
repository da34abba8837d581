/// The device's own listeners to its events: its log and its counters; and the list of all
/// listeners.
///
/// May use `event`, `ip.bytes`, `ip.address`, `ip.header`, `ip.port`, `protocol.drop`,
/// `protocol.wire`, `protocol.keys`. Read `DeviceLog` first.
package dev.adit.device.listener;
