package dev.adit.stack.schedule;

import dev.adit.stack.socket.StackEvents;

import org.jspecify.annotations.Nullable;

/// Keeps the [Schedulable]s of a stack: those ready to transmit, the deadlines, and those with
/// events to report.
///
/// Ready are two queues, first in, first out: control (acknowledgements, resets, handshakes, ICMP)
/// goes before data, and data in turns of one super-packet. News are collected and told at the end
/// of a call into the stack, once for each that has some. Thread-safe; a leaf in the order of
/// locks, but for [#deliver], which is called without any monitor.
public final class Scheduler {
    private final StackEvents events;
    private final DeadlineHeap deadlines = new DeadlineHeap(); // guarded by this, as are:
    private @Nullable Schedulable firstControl;
    private @Nullable Schedulable lastControl;
    private @Nullable Schedulable firstData;
    private @Nullable Schedulable lastData;
    private @Nullable Schedulable firstEvent;
    private @Nullable Schedulable lastEvent;
    private long announced = NEVER; // the deadline that the transmitting thread knows of
    private volatile boolean hasNews;
    private boolean wakeTransmitter;

    public Scheduler(StackEvents events) {
        this.events = events;
    }

    /// Has `entry` transmit before all data.
    public synchronized void readyControl(Schedulable entry) {
        if (entry.isControlQueued) return;
        entry.isControlQueued = true;
        wakeIfIdle();
        if (firstControl == null || lastControl == null) firstControl = entry;
        else lastControl.nextControl = entry;
        lastControl = entry;
    }

    /// Has `entry` transmit in its turn.
    public synchronized void readyData(Schedulable entry) {
        if (entry.isDataQueued) return;
        entry.isDataQueued = true;
        wakeIfIdle();
        if (firstData == null || lastData == null) firstData = entry;
        else lastData.nextData = entry;
        lastData = entry;
    }

    private void wakeIfIdle() {
        if (firstControl != null || firstData != null) return;
        wakeTransmitter = true;
        hasNews = true;
    }

    /// The next to transmit, which leaves its queue; null when nothing is ready.
    public synchronized @Nullable Schedulable takeReady() {
        Schedulable entry = firstControl;
        if (entry != null) {
            firstControl = entry.nextControl;
            entry.nextControl = null;
            entry.isControlQueued = false;
            return entry;
        }
        entry = firstData;
        if (entry == null) return null;
        firstData = entry.nextData;
        entry.nextData = null;
        entry.isDataQueued = false;
        return entry;
    }

    /// Has an entry that was taken transmit, without a monitor.
    ///
    /// @return true when it has more
    public boolean transmit(Schedulable entry, long now, PacketWriter out) {
        return entry.transmit(now, out);
    }

    /// Has all entries expire whose deadlines have come. No monitor may be held.
    public void expire(long now) {
        for (Schedulable due = takeDue(now); due != null; due = takeDue(now)) due.expire(now);
    }

    /// True while something is ready.
    public synchronized boolean isReady() {
        return firstControl != null || firstData != null;
    }

    /// Has `entry` expire at `at`, if not before.
    public synchronized void schedule(Schedulable entry, long at) {
        if (at >= entry.dueAt) return;
        deadlines.set(entry, at);
        if (at >= announced) return;
        announced = at;
        wakeTransmitter = true;
        hasNews = true;
    }

    /// Removes the deadline of `entry`.
    public synchronized void unschedule(Schedulable entry) {
        deadlines.remove(entry);
    }

    /// Takes out an entry whose deadline has come; null when there is none.
    private synchronized @Nullable Schedulable takeDue(long now) {
        return deadlines.takeDue(now);
    }

    /// The earliest deadline, or [#NEVER]. It may come too early.
    public synchronized long nextDeadline() {
        return announced = deadlines.next();
    }

    /// Has `entry` tell its news at the end of this call into the stack.
    public synchronized void news(Schedulable entry) {
        if (entry.isEventQueued) return;
        entry.isEventQueued = true;
        if (firstEvent == null || lastEvent == null) firstEvent = entry;
        else lastEvent.nextEvent = entry;
        lastEvent = entry;
        hasNews = true;
    }

    /// Tells all news. No monitor may be held.
    public void deliver() {
        if (!hasNews) return;
        for (Schedulable entry = takeEvent(); entry != null; entry = takeEvent()) {
            entry.deliver(events);
        }
        if (takeWake()) events.transmit();
    }

    private synchronized @Nullable Schedulable takeEvent() {
        Schedulable entry = firstEvent;
        if (entry == null) return null;
        firstEvent = entry.nextEvent;
        entry.nextEvent = null;
        entry.isEventQueued = false;
        return entry;
    }

    private synchronized boolean takeWake() {
        boolean wake = wakeTransmitter;
        wakeTransmitter = false;
        hasNews = firstEvent != null;
        return wake;
    }

    /// Later than every deadline.
    public static final long NEVER = Long.MAX_VALUE;
}
