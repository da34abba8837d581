/// The ports: what a platform must offer.
///
/// May use `protocol.packet` and `protocol.address`. Each port says which of its methods may run at
/// the same time. Read [dev.adit.device.io.Tun] and [dev.adit.device.io.Bind] first.
package dev.adit.device.io;
