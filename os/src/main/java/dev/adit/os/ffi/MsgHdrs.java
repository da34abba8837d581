package dev.adit.os.ffi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Arrays of `struct mmsghdr` and `struct iovec` of equal length: message `i` has entry `i` as its
/// one buffer. Confined to one thread at a time.
///
/// The 64-bit layouts of Linux; where musl has a 32-bit number and padding, the padding is zero.
public final class MsgHdrs {
    private final MemorySegment messages;
    private final MemorySegment buffers;

    /// `count` messages without buffer, name or control data.
    public MsgHdrs(Arena arena, int count) {
        messages = arena.allocate((long) count * BYTES, Long.BYTES);
        buffers = arena.allocate((long) count * IOVEC_BYTES, Long.BYTES);
        for (int i = 0; i < count; i++) {
            messages.set(JAVA_LONG, at(i) + IOV, buffers.address() + (long) i * IOVEC_BYTES);
            messages.set(JAVA_LONG, at(i) + IOV_COUNT, 1);
        }
    }

    /// The address of message `i` in memory.
    public long address(int i) {
        return messages.address() + at(i);
    }

    /// Sets the buffer of message `i`, to send from or to receive into.
    public void buffer(int i, long address, long bytes) {
        long at = (long) i * IOVEC_BYTES;
        buffers.set(JAVA_LONG, at + IOVEC_BASE, address);
        buffers.set(JAVA_LONG, at + IOVEC_LENGTH, bytes);
    }

    /// Sets where the socket address of message `i` is, or is to be written.
    public void name(int i, long address) {
        messages.set(JAVA_LONG, at(i) + NAME, address);
    }

    /// Sets the length of the socket address of message `i`, or the room for it.
    public void nameLength(int i, int bytes) {
        messages.set(JAVA_INT, at(i) + NAME_LENGTH, bytes);
    }

    /// Sets where the control data of message `i` is, or is to be written.
    public void control(int i, long address) {
        messages.set(JAVA_LONG, at(i) + CONTROL, address);
    }

    /// Sets the length of the control data of message `i`, or the room for it.
    public void controlLength(int i, long bytes) {
        messages.set(JAVA_LONG, at(i) + CONTROL_LENGTH, bytes);
    }

    /// The length of the control data received with message `i`.
    public int controlLength(int i) {
        return (int) messages.get(JAVA_LONG, at(i) + CONTROL_LENGTH);
    }

    /// The flags received with message `i`, such as [#MSG_TRUNC].
    public int flags(int i) {
        return messages.get(JAVA_INT, at(i) + FLAGS);
    }

    /// The number of bytes of message `i` that were received.
    public int length(int i) {
        return messages.get(JAVA_INT, at(i) + LENGTH);
    }

    private static long at(int i) {
        return (long) i * BYTES;
    }

    /// The message was longer than its buffer.
    public static final int MSG_TRUNC = 0x20;

    /// Fail with `EAGAIN` instead of waiting.
    public static final int MSG_DONTWAIT = 0x40;

    static final int NAME = 0;
    static final int NAME_LENGTH = 8;
    static final int IOV = 16;
    static final int IOV_COUNT = 24;
    static final int CONTROL = 32;
    static final int CONTROL_LENGTH = 40;
    static final int FLAGS = 48;
    static final int LENGTH = 56;
    static final int BYTES = 64;
    static final int IOVEC_BASE = 0;
    static final int IOVEC_LENGTH = 8;
    static final int IOVEC_BYTES = 16;
}
