/// Where each byte of the four messages sits; nothing about what it means.
///
/// May use `ip.bytes`, `ip.header`. Stateless. Read [dev.adit.protocol.wire.Message] first.
package dev.adit.protocol.wire;
