/// The way of packets from the TUN to the sockets: find their peers, seal and send them.
///
/// May use `event`, `pipeline.thread`, `pipeline.slot`, `ip.bytes`, `ip.address`, `ip.packet`,
/// `ip.header`, `ip.port`, `protocol.drop`, `protocol.wire`, `protocol.session`, `protocol.tunnel`.
/// Read `TunReader` first.
package dev.adit.device.pipeline.send;
