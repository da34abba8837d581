package dev.adit.device.pipeline.slot;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/// A slot that one thread publishes is worked on once, by a thread that sees what is in it, and
/// finished once.
@JCStressTest
@Outcome(id = "57, 57", expect = Expect.ACCEPTABLE, desc = "both slots, in order")
@Outcome(expect = Expect.FORBIDDEN, desc = "lost, done twice, out of order or not seen")
@State
public class RingHandOverStress {
    private final StressRing ring = new StressRing();

    @Actor
    public void reader() {
        ring.publish(5, true);
        ring.publish(7, true);
    }

    @Actor
    public void lane() {
        ring.advance();
        ring.advance();
        ring.advance();
    }

    @Arbiter
    public void rest(II_Result r) {
        ring.advanceToTheEnd();
        r.r1 = ring.numbered;
        r.r2 = ring.finished;
    }
}
