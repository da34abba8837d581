package dev.adit.stack.echo;

import dev.adit.ip.address.IpAddress;
import dev.adit.stack.schedule.PacketWriter;
import dev.adit.stack.schedule.Schedulable;
import dev.adit.stack.socket.Echo;
import dev.adit.stack.socket.StackEvents;

/// An ICMP echo request, until it is answered, fails or is closed. Thread-safe.
final class EchoRequest extends Schedulable implements Echo {
    private final EchoTable table;
    final int identity; // identifier and sequence number
    final IpAddress destination;
    private final long sentAt;
    private volatile long roundTrip = -1;
    private volatile int error;

    EchoRequest(EchoTable table, int identity, IpAddress destination, long sentAt) {
        this.table = table;
        this.identity = identity;
        this.destination = destination;
        this.sentAt = sentAt;
    }

    /// True when the packet is from or about `address`.
    boolean isTo(boolean v6, long high, long low) {
        return destination.v6() == v6 && destination.high() == high && destination.low() == low;
    }

    void answered(long now) {
        roundTrip = Math.max(0, now - sentAt);
    }

    void failed(int number) {
        error = number;
    }

    @Override
    public long roundTrip() {
        return roundTrip;
    }

    @Override
    public int error() {
        return error;
    }

    @Override
    public void close() {
        table.remove(this);
    }

    @Override
    protected boolean transmit(long now, PacketWriter out) {
        return false; // the queue of control packets has it
    }

    @Override
    protected void deliver(StackEvents events) {
        events.answered(this);
    }
}
