/// The threads that carry batches between the ports and the protocol: their assembly, start and
/// end.
///
/// May use `event`, `pipeline.thread`, `pipeline.slot`, `pipeline.send`, `pipeline.handshake`,
/// `pipeline.receive`, `ip.address`, `ip.port`, `protocol.drop`, `protocol.tunnel`. One thread
/// reads each queue of the TUN, one reads each socket, a few work on handshakes and the protocol's
/// actions, one keeps time; a thread that read a batch carries it to the end, unless crypto threads
/// are configured. Read `Pipeline` first, then `TunReader` and `UdpReader`.
package dev.adit.device.pipeline;
