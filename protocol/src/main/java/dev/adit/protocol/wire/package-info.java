/// The byte layout of the four messages, without their meaning.
///
/// Uses `drop`. Stateless. Read [dev.adit.protocol.wire.Message] first.
package dev.adit.protocol.wire;
