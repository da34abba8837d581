/// The workers that compute handshakes and carry out the protocol's actions, their queue, and the
/// thread that keeps time.
///
/// May use `event`, `pipeline.thread`, `pipeline.send`, `ip.packet`, `protocol.drop`,
/// `protocol.wire`, `protocol.tunnel`. Read `Worker` first.
package dev.adit.device.pipeline.handshake;
