package dev.adit.protocol.tunnel;

import dev.adit.ip.address.Endpoint;

import java.lang.foreign.MemorySegment;

/// A received handshake message or cookie reply, whose length has been checked against its type.
///
/// @param type one of the types of [dev.adit.protocol.wire.Message]
/// @param bytes exactly the message
/// @param from the sender
public record HandshakeDatagram(int type, MemorySegment bytes, Endpoint from) {
    int length() {
        return (int) bytes.byteSize();
    }
}
