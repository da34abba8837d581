/// The embeddable device: build, configure, close.
///
/// May use everything else in the module. Read [dev.adit.device.Device] first.
package dev.adit.device;
