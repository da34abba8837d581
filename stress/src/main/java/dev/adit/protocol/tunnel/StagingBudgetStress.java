package dev.adit.protocol.tunnel;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZJ_Result;

/// Two threads take memory from a budget that suffices for one: exactly one succeeds, and the
/// budget counts what it took.
@JCStressTest
@Outcome(
        id = {"true, false, 60", "false, true, 60"},
        expect = Expect.ACCEPTABLE,
        desc = "one has it")
@Outcome(expect = Expect.FORBIDDEN, desc = "more than there is, or a wrong count")
@State
public class StagingBudgetStress {
    private final StagingBudget budget = new StagingBudget(100);

    @Actor
    public void one(ZZJ_Result r) {
        r.r1 = budget.take(60);
    }

    @Actor
    public void other(ZZJ_Result r) {
        r.r2 = budget.take(60);
    }

    @Arbiter
    public void afterwards(ZZJ_Result r) {
        r.r3 = budget.held();
    }
}
