/// The embeddable device: build, configure, close.
///
/// May use `nio`, `pipeline`, `config`, `resolve`, `ip.address`, `ip.port`, `protocol.drop`,
/// `protocol.keys`, `protocol.tunnel`. Read [dev.adit.device.Device] first.
package dev.adit.device;
