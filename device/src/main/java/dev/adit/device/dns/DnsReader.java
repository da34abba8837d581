package dev.adit.device.dns;

import java.net.ProtocolException;

/// A cursor over an untrusted DNS message: never reads behind its end, and stops after finitely
/// many steps. Confined to one thread.
final class DnsReader {
    private final byte[] message;
    private final int length;
    private int at;

    DnsReader(byte[] message, int length) {
        this.message = message;
        this.length = length;
    }

    int at() {
        return at;
    }

    int u8() throws ProtocolException {
        require(1);
        return message[at++] & 0xff;
    }

    int u16() throws ProtocolException {
        return u8() << 8 | u8();
    }

    long u32() throws ProtocolException {
        return (long) u16() << 16 | u16();
    }

    byte[] bytes(int count) throws ProtocolException {
        require(count);
        byte[] bytes = new byte[count];
        System.arraycopy(message, at, bytes, 0, count);
        at += count;
        return bytes;
    }

    void skip(int count) throws ProtocolException {
        require(count);
        at += count;
    }

    private void require(int count) throws ProtocolException {
        if (count > length - at) throw new ProtocolException("a name server's reply is cut off");
    }

    /// Reads a name: its labels, each behind its length, with ASCII letters in lower case.
    ///
    /// A pointer has to lead to a place before the labels that it continues, so there are no loops.
    String name() throws ProtocolException {
        StringBuilder name = new StringBuilder();
        int start = at; // of the labels that are being read
        int end = -1; // of the name where it was asked for, once a pointer has led away
        while (true) {
            int size = u8();
            if (size == 0) break;
            if (size >= POINTER) {
                int target = (size & ~POINTER) << 8 | u8();
                if (end < 0) end = at;
                if (target >= start) throw new ProtocolException("a name points forward");
                at = start = target;
                continue;
            }
            if (size >= RESERVED) throw new ProtocolException("a label of an unknown kind");
            name.append((char) size);
            for (int i = 0; i < size; i++) name.append(lowerCase(u8()));
            if (name.length() > MAX_NAME) throw new ProtocolException("a name is too long");
        }
        if (end >= 0) at = end;
        return name.toString();
    }

    private static char lowerCase(int character) {
        boolean upper = character >= 'A' && character <= 'Z';
        return (char) (upper ? character + 'a' - 'A' : character);
    }

    private static final int RESERVED = 0x40;
    private static final int POINTER = 0xc0;
    private static final int MAX_NAME = 254;
}
