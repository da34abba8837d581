/// The threads that carry batches between the ports and the protocol, and the queue between them.
///
/// May use `ip.bytes`, `ip.address`, `ip.packet`, `ip.header`, `ip.port`, `protocol.drop`,
/// `protocol.wire`, `protocol.session`, `protocol.tunnel`. One thread reads the TUN, one reads each
/// socket, a few work on handshakes and on what the protocol wants done, one keeps time; a thread
/// that read a batch carries it to the end. Read `Pipeline` first, then `TunReader` and
/// `UdpReader`.
package dev.adit.device.pipeline;
