package dev.adit.stack.script;

/// A packet that the stack has sent, and when.
record SentSegment(long at, byte[] packet) {}
