/// The way of messages from the sockets: transport data is opened, checked and written to the TUN,
/// handshake messages are admitted to the queue of the workers or answered with a cookie.
///
/// May use `event`, `pipeline.thread`, `pipeline.slot`, `pipeline.send`, `pipeline.handshake`,
/// `ip.bytes`, `ip.address`, `ip.packet`, `ip.header`, `ip.port`, `protocol.drop`, `protocol.wire`,
/// `protocol.session`, `protocol.tunnel`. Read `UdpReader` first.
package dev.adit.device.pipeline.receive;
