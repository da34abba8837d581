package dev.adit.protocol.tunnel;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIJ_Result;

import java.lang.foreign.MemorySegment;

/// Two peers stage packets at once, with room for those of only one, so that each takes room from
/// the other: the budget counts what both hold together, and zero once both are cleared.
@JCStressTest
@Outcome(
        id = {"0, 0, 0"},
        expect = Expect.ACCEPTABLE,
        desc = "the counters agree")
@Outcome(expect = Expect.FORBIDDEN, desc = "a counter is off")
@State
public class StagedPacketsStress {
    private final StagingBudget budget = new StagingBudget(LIMIT);
    private final StagedPackets one = new StagedPackets(budget);
    private final StagedPackets other = new StagedPackets(budget);

    @Actor
    public void sendsToOne() {
        for (int i = 0; i < 3; i++) one.add(PACKET, 0, 100);
    }

    @Actor
    public void sendsToOther() {
        for (int i = 0; i < 3; i++) other.add(PACKET, 0, 100);
    }

    @Arbiter
    public void afterwards(IIJ_Result r) {
        r.r1 = budget.held() <= LIMIT ? 0 : 1;
        r.r2 = (int) budget.held() - one.held() - other.held();
        one.clear();
        other.clear();
        r.r3 = budget.held();
    }

    private static final int LIMIT = 600;
    private static final MemorySegment PACKET = MemorySegment.ofArray(new byte[100]);
}
