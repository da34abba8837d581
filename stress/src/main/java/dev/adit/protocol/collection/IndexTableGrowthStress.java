package dev.adit.protocol.collection;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/// Entries are found while their table is rebuilt, and a thread that allocates the index that makes
/// the table grow finds it.
@JCStressTest
@Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "found")
@Outcome(expect = Expect.FORBIDDEN, desc = "not found, or another entry")
@State
public class IndexTableGrowthStress {
    private final IndexTable<StressEntry> table =
            new IndexTable<>(new CollidingIndices(), StressEntry::index);
    private final StressEntry old;

    /// A table in which the next index is one too many for its size.
    public IndexTableGrowthStress() {
        for (int i = 1; i < FULL; i++) table.allocate(StressEntry::new);
        old = table.allocate(StressEntry::new);
    }

    @Actor
    public void allocates(ZZ_Result r) {
        StressEntry fresh = table.allocate(StressEntry::new);
        r.r2 = table.lookup(fresh.index()) == fresh;
    }

    @Actor
    public void looksUp(ZZ_Result r) {
        r.r1 = table.lookup(old.index()) == old;
    }

    private static final int FULL = 8;
}
