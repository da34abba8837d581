package dev.adit.device.pipeline.slot;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/// Two threads publish slots, and finish each other's: all are finished in the order of their
/// numbers, even one whose work ends while the other thread is finishing.
@JCStressTest
@Outcome(
        id = {"12, 12", "21, 21"},
        expect = Expect.ACCEPTABLE,
        desc = "finished as numbered")
@Outcome(expect = Expect.FORBIDDEN, desc = "lost, done twice, out of order or not seen")
@State
public class RingOrderStress {
    private final StressRing ring = new StressRing();

    @Actor
    public void reader1() {
        ring.publish(1, false);
        ring.advance();
    }

    @Actor
    public void reader2() {
        ring.publish(2, true);
        ring.advance();
    }

    @Arbiter
    public void rest(II_Result r) {
        ring.advanceToTheEnd();
        r.r1 = ring.numbered;
        r.r2 = ring.finished;
    }
}
