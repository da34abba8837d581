/// The byte layout of the four messages, without their meaning.
///
/// May use `ip.bytes`, `ip.header`. Stateless. Read [dev.adit.protocol.wire.Message] first.
package dev.adit.protocol.wire;
