package dev.adit.protocol.collection;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZZ_Result;

/// One thread releases an index while another looks up that index and the one behind it in the
/// table: the one behind is always found, the released one only until it is released.
@JCStressTest
@Outcome(
        id = {"true, true, false", "false, true, false"},
        expect = Expect.ACCEPTABLE,
        desc = "released before or after it was looked up")
@Outcome(expect = Expect.FORBIDDEN, desc = "the neighbour is lost, or the released one is found")
@State
public class IndexTableReleaseStress {
    private final IndexTable<StressEntry> table =
            new IndexTable<>(new CollidingIndices(), StressEntry::index);
    private final StressEntry released = table.allocate(StressEntry::new);
    private final StressEntry neighbour = table.allocate(StressEntry::new);

    @Actor
    public void releases() {
        table.release(released.index());
        for (int i = 0; i < 7; i++)
            table.allocate(StressEntry::new); // rebuilds it without the released one
    }

    @Actor
    public void looksUp(ZZZ_Result r) {
        StressEntry found = table.lookup(released.index());
        r.r1 = found == released;
        r.r2 = table.lookup(neighbour.index()) == neighbour && (r.r1 || found == null);
    }

    @Arbiter
    public void afterwards(ZZZ_Result r) {
        r.r3 = table.lookup(released.index()) != null;
    }
}
