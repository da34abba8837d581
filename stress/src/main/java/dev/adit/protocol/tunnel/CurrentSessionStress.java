package dev.adit.protocol.tunnel;

import dev.adit.protocol.keys.Keypair;
import dev.adit.protocol.keys.SymmetricKey;
import dev.adit.protocol.session.Session;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/// The session in use is replaced while a sender reads it: the sender always gets one, and never
/// the old one after the new one.
@JCStressTest
@Outcome(
        id = {"1, 1", "1, 2", "2, 2"},
        expect = Expect.ACCEPTABLE,
        desc = "the old one, then the new one")
@Outcome(expect = Expect.FORBIDDEN, desc = "none, or back to the old one")
@State
public class CurrentSessionStress {
    private final Sessions sessions = new Sessions(null); // nothing is released here

    /// Sessions with one in use.
    public CurrentSessionStress() {
        sessions.initiated(0, OLD);
    }

    @Actor
    public void renews() {
        sessions.initiated(0, NEW);
    }

    @Actor
    public void sends(II_Result r) {
        r.r1 = index(sessions.current());
        r.r2 = index(sessions.current());
    }

    private static int index(Session session) {
        return session == null ? 0 : session.localIndex();
    }

    private static Session session(int index) {
        return new Session(
                0, new Keypair(new SymmetricKey(), new SymmetricKey(), index, index, true));
    }

    // Shared by all states: they are never closed, and a session takes memory outside the heap.
    private static final Session OLD = session(1), NEW = session(2);
}
