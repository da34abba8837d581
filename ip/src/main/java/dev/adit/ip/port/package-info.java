/// The ports: what a platform must offer.
///
/// May use `address`, `packet`. Each port says which of its methods may run at the same time. Read
/// [dev.adit.ip.port.Tun] and [dev.adit.ip.port.Bind] first.
package dev.adit.ip.port;
