/// The embeddable device: to be built, configured and closed.
///
/// May use `nio`, `event`, `listener`, `pipeline.thread`, `pipeline`, `config`, `resolve`,
/// `ip.address`, `ip.port`, `protocol.drop`, `protocol.keys`, `protocol.session`,
/// `protocol.tunnel`. Read [dev.adit.device.Device] first.
package dev.adit.device;
