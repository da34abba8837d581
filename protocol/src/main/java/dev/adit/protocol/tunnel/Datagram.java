package dev.adit.protocol.tunnel;

import dev.adit.ip.address.Endpoint;

import java.lang.foreign.MemorySegment;

/// A handshake message or cookie reply as it arrived, of a type and length that fit each other.
///
/// @param type one of the types of [dev.adit.protocol.wire.Message]
/// @param bytes the message, and nothing else
/// @param from where it came from
public record Datagram(int type, MemorySegment bytes, Endpoint from) {
    int length() {
        return (int) bytes.byteSize();
    }
}
