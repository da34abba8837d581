package dev.adit.testkit;

/// Holds threads up until it is opened. Thread-safe.
public final class Gate {
    private boolean open; // guarded by this
    private int visitors; // guarded by this

    /// A barrier that is closed.
    public Gate() {}

    /// Returns once the gate is open.
    public synchronized void pass() {
        visitors++;
        notifyAll();
        long deadline = Await.deadline();
        while (!open) Await.change("the gate to open", this, deadline);
    }

    /// Waits until a thread has come to the gate.
    public synchronized void awaitVisitor() {
        long deadline = Await.deadline();
        while (visitors == 0) Await.change("somebody at the gate", this, deadline);
    }

    /// Lets everyone pass from now on.
    public synchronized void open() {
        open = true;
        notifyAll();
    }
}
