package dev.adit.protocol.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.protocol.collection.IndexTable;
import dev.adit.protocol.keys.Keypair;
import dev.adit.protocol.keys.SymmetricKey;
import dev.adit.protocol.session.Session;
import dev.adit.testing.Property;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Reference §8.5: which session is used, which are kept, which are erased.
class SessionsTest {
    private final IndexTable<IndexEntry> indices =
            new IndexTable<>(new SplittableRandom(1), IndexEntry::index);
    private final Sessions sessions = new Sessions(indices);
    private long now;

    // Event by event

    @Test
    void withoutAHandshakeThereIsNone() {
        assertThat(sessions.current()).isNull();
        assertThat(sessions.confirm(0, session(1).session())).isFalse();
        sessions.expireSending();
        sessions.clear();
    }

    @Test
    void whatWeInitiatedIsUsedAtOnceAndWhatWasInUseIsKept() {
        IndexEntry first = initiated(), second = initiated();
        assertThat(sessions.current()).isSameAs(second.session());
        assertThat(isKept(first)).isTrue();
    }

    @Test
    void whatWeRespondedToWaitsForItsFirstPacket() {
        IndexEntry first = initiated(), next = responded();
        assertThat(sessions.current()).isSameAs(first.session());
        assertThat(sessions.confirm(now, first.session())).isFalse();
        assertThat(sessions.confirm(now, next.session())).isTrue();
        assertThat(sessions.current()).isSameAs(next.session());
        assertThat(isKept(first)).isTrue();
        assertThat(sessions.confirm(now, next.session())).isFalse();
    }

    @Test
    void aNewerResponseReplacesOneThatWasNotConfirmed() {
        IndexEntry first = responded(), second = responded();
        assertThat(isKept(first)).isFalse();
        assertThat(sessions.confirm(now, first.session())).isFalse();
        assertThat(sessions.confirm(now, second.session())).isTrue();
        assertThat(sessions.current()).isSameAs(second.session());
    }

    @Test
    void whenBothInitiateBothSessionsAreKeptAndOursIsUsed() {
        IndexEntry before = initiated(), theirs = responded(), ours = initiated();
        assertThat(sessions.current()).isSameAs(ours.session());
        assertThat(isKept(theirs)).isTrue();
        assertThat(isKept(before)).isTrue();
        assertThat(sessions.confirm(now, theirs.session())).isFalse();
        assertThat(sessions.current()).isSameAs(ours.session());
    }

    @Test
    void whatCannotBeReceivedWithIsErasedWithTheNextChange() {
        IndexEntry first = initiated();
        now = 100 * SECOND;
        IndexEntry second = initiated();
        now = 179 * SECOND;
        responded();
        assertThat(isKept(first)).isTrue();
        now = 180 * SECOND;
        IndexEntry next = responded();
        assertThat(isKept(first)).isFalse();
        assertThat(isKept(second)).isTrue();
        now = 300 * SECOND;
        sessions.confirm(now, next.session());
        assertThat(isKept(second)).isFalse();
        assertThat(indices.size()).isEqualTo(1);
    }

    @Test
    void noMoreThanFourAreKeptHoweverManyComeAndGo() {
        List<IndexEntry> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) all.add(initiated());
        assertThat(indices.size()).isEqualTo(5);
        for (int i = 0; i < 20; i++) assertThat(isKept(all.get(i))).isEqualTo(i >= 15);
    }

    @Test
    void anEndOfSendingConcernsWhatIsOrWillBeInUse() {
        IndexEntry current = initiated(), next = responded();
        sessions.expireSending();
        assertThat(current.session().canSend(now)).isFalse();
        assertThat(next.session().canSend(now)).isFalse();
        assertThat(current.session().canReceive(now)).isTrue();
        assertThat(sessions.confirm(now, next.session())).isTrue();
    }

    @Test
    void clearErasesEverything() {
        List<IndexEntry> all = List.of(initiated(), initiated(), responded());
        sessions.clear();
        assertThat(sessions.current()).isNull();
        assertThat(indices.size()).isZero();
        for (IndexEntry entry : all) assertThat(isKept(entry)).isFalse();
        assertThat(sessions.confirm(now, all.get(2).session())).isFalse();
    }

    // Whatever happens

    @Test
    void oneIsUsedThatIsNewestAndNoIndexIsLost() {
        Property.check(
                300,
                random -> {
                    IndexTable<IndexEntry> table = new IndexTable<>(random, IndexEntry::index);
                    Sessions some = new Sessions(table);
                    IndexEntry next = null, current = null;
                    long time = 0;
                    for (int step = 0; step < 60; step++) {
                        time += random.nextLong(60 * SECOND);
                        switch (random.nextInt(5)) {
                            case 0 -> {
                                current = fresh(table, time);
                                some.initiated(time, current.session());
                                next = null;
                            }
                            case 1 -> {
                                next = fresh(table, time);
                                some.responded(time, next.session());
                            }
                            case 2 -> {
                                if (next == null) break;
                                assertThat(some.confirm(time, next.session())).isTrue();
                                current = next;
                                next = null;
                            }
                            case 3 -> {
                                if (current == null) break;
                                assertThat(some.confirm(time, current.session())).isFalse();
                            }
                            default -> {
                                if (random.nextInt(10) != 0) break;
                                some.clear();
                                current = next = null;
                            }
                        }
                        assertThat(some.current())
                                .isSameAs(current == null ? null : current.session());
                        int least = (current == null ? 0 : 1) + (next == null ? 0 : 1);
                        assertThat(table.size()).isBetween(least, least + 4);
                    }
                    some.clear();
                    assertThat(table.size()).isZero();
                });
    }

    private IndexEntry initiated() {
        IndexEntry fresh = session(now);
        sessions.initiated(now, fresh.session());
        return fresh;
    }

    private IndexEntry responded() {
        IndexEntry fresh = session(now);
        sessions.responded(now, fresh.session());
        return fresh;
    }

    private IndexEntry session(long birth) {
        return fresh(indices, birth);
    }

    private static IndexEntry fresh(IndexTable<IndexEntry> table, long birth) {
        IndexEntry entry = table.allocate(index -> new IndexEntry(index, null));
        entry.session(
                new Session(
                        birth,
                        new Keypair(
                                new SymmetricKey(), new SymmetricKey(), entry.index(), 0, true)));
        return entry;
    }

    private boolean isKept(IndexEntry entry) {
        return indices.lookup(entry.index()) == entry;
    }

    private static final long SECOND = 1_000_000_000L;
}
