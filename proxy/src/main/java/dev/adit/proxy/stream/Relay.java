package dev.adit.proxy.stream;

import java.io.IOException;

/// Carries bytes between two connections until both directions have ended. An end of one direction
/// is passed on and leaves the other alone (half-close); a failure is passed on as a reset.
/// Stateless.
public final class Relay {

    /// Carries bytes in both directions and closes both connections at the end. Blocks; one
    /// direction is carried by the calling thread, the other by a virtual one.
    public static void run(Duplex client, Duplex target) {
        Thread back =
                Thread.ofVirtual()
                        .name(Thread.currentThread().getName() + "-back")
                        .start(() -> carry(target, client));
        try {
            carry(client, target);
        } finally {
            join(back);
            client.close();
            target.close();
        }
    }

    private static void carry(Duplex from, Duplex to) {
        byte[] buffer = new byte[BUFFER];
        while (true) {
            int n;
            try {
                n = from.input().read(buffer);
            } catch (IOException reset) {
                to.abort();
                return;
            }
            try {
                if (n < 0) {
                    to.shutdownOutput();
                    return;
                }
                to.output().write(buffer, 0, n);
            } catch (IOException gone) {
                // What the receiver has sent before it went still goes the other way.
                return;
            }
        }
    }

    private static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }

    private static final int BUFFER = 64 << 10;

    private Relay() {}
}
