/// The threads that carry batches between the ports and the protocol, and the queues between them.
///
/// May use `event`, `ip.bytes`, `ip.address`, `ip.packet`, `ip.header`, `ip.port`, `protocol.drop`,
/// `protocol.wire`, `protocol.session`, `protocol.tunnel`. One thread reads the TUN, one reads each
/// socket, a few work on handshakes and the protocol's actions, one keeps time; a thread that read
/// a batch carries it to the end, unless crypto threads are configured. Read `Pipeline` first, then
/// `TunReader` and `UdpReader`.
package dev.adit.device.pipeline;
