/// Where each byte of the four messages and of an IP header sits; nothing about what it means.
///
/// Uses `verdict`. Stateless. Read [dev.adit.protocol.wire.Message] first.
package dev.adit.protocol.wire;
