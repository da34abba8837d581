package dev.adit.protocol.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.ip.packet.PacketBatch;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.testing.Property;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// What all peers stage together has a bound, and those that hold most pay for it.
class StagingBudgetTest {
    @Test
    void tenThousandSilentPeersKeepTheHeapFlat() {
        SplittableRandom random = new SplittableRandom(1);
        Tunnel tunnel = new Tunnel(random, random, () -> {});
        List<Peer> peers = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) peers.add(add(tunnel, random));
        Peer modest = add(tunnel, random);
        for (int i = 1; i <= 3; i++) assertThat(modest.stage(packet(i), 0, LENGTH)).isZero();

        long before = usedHeap();
        long dropped = 0, highest = 0;
        for (int i = 0; i < 129; i++) {
            for (Peer peer : peers) {
                dropped += peer.stage(packet(i), 0, LENGTH);
                highest = Math.max(highest, tunnel.staged());
            }
        }
        assertThat(highest).isLessThanOrEqualTo(Tunnel.MAX_STAGED);
        assertThat(usedHeap() - before).as("growth").isLessThan(Tunnel.MAX_STAGED * 5 / 4);

        assertThat(staged(modest)).as("who holds little loses nothing").isEqualTo(List.of(1, 2, 3));
        long left = 0;
        for (Peer peer : peers) left += staged(peer).size();
        assertThat(left + dropped).as("none is lost without a word").isEqualTo(129 * 10_000);
        assertThat(left).as("the room is used").isGreaterThan(30_000);
        assertThat(tunnel.staged()).as("all that left is free").isZero();
    }

    private static long usedHeap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static Peer add(Tunnel tunnel, RandomGenerator random) {
        byte[] key = new byte[PublicKey.LENGTH];
        random.nextBytes(key);
        return tunnel.add(new PublicKey(MemorySegment.ofArray(key), 0), new NoActions());
    }

    /// The packets of a peer, as the numbers that [#packet] gave them; they leave it.
    private static List<Integer> staged(Peer peer) {
        List<Integer> numbers = new ArrayList<>();
        try (PacketBatch batch = new PacketBatch(129, 1 << 18)) {
            peer.unstage(batch, PacketBatch.HEADROOM);
            for (int i = 0; i < batch.size(); i++) {
                numbers.add(batch.memory().get(ValueLayout.JAVA_BYTE, batch.offset(i)) & 0xff);
            }
        }
        return numbers;
    }

    private static MemorySegment packet(int number) {
        PACKET.set(ValueLayout.JAVA_BYTE, 0, (byte) number);
        return PACKET;
    }

    /// Any lengths, any peers: the bound holds, counters agree with what is held, each peer has the
    /// newest of its packets, and none that holds less than its share has lost one.
    @Test
    void theLargestHoldersGiveWay() {
        Property.check(
                60,
                random -> {
                    StagingBudget budget = new StagingBudget(LIMIT);
                    List<StagedPackets> all = new ArrayList<>();
                    int count = 2 + random.nextInt(20);
                    for (int i = 0; i < count; i++) all.add(new StagedPackets(budget));
                    int[] added = new int[count], heldBefore = new int[count];
                    int dropped = 0;
                    for (int step = 0; step < 3000; step++) {
                        int at = Math.min(random.nextInt(count), random.nextInt(count));
                        int length = 1 + random.nextInt(900);
                        for (int i = 0; i < count; i++) heldBefore[i] = all.get(i).held();
                        dropped +=
                                all.get(at).add(MemorySegment.ofArray(new byte[length]), 0, length);
                        added[at]++;
                        long sum = all.stream().mapToLong(StagedPackets::held).sum();
                        assertThat(budget.held()).isEqualTo(sum).isLessThanOrEqualTo(LIMIT);
                        for (int i = 0; i < count; i++) {
                            if (i == at || all.get(i).held() >= heldBefore[i]) continue;
                            assertThat(heldBefore[i]).isGreaterThan(LIMIT / 2 / count);
                        }
                    }
                    int left = all.stream().mapToInt(StagedPackets::size).sum();
                    int sent = 0;
                    for (int each : added) sent += each;
                    assertThat(left + dropped).isEqualTo(sent);
                    all.forEach(StagedPackets::clear);
                    assertThat(budget.held()).isZero();
                });
    }

    @Test
    void aPacketThatFindsNoMemoryIsOneThatIsLost() {
        StagingBudget budget =
                new StagingBudget(LIMIT) {
                    @Override
                    void enter(StagedPackets packets) {
                        throw new OutOfMemoryError("a test's");
                    }
                };
        StagedPackets packets = new StagedPackets(budget);
        assertThat(packets.add(packet(1), 0, LENGTH)).isEqualTo(1);
        assertThat(packets.isWaiting()).isFalse();
        assertThat(packets.size()).isZero();
        assertThat(budget.held()).isZero();
    }

    @Test
    void nothingIsStagedForAPeerThatIsGone() {
        StagedPackets packets = new StagedPackets(new StagingBudget(LIMIT));
        packets.close();
        assertThat(packets.add(packet(1), 0, LENGTH)).isEqualTo(1);
        assertThat(packets.size()).isZero();
    }

    private static final int LENGTH = 1420;
    private static final int LIMIT = 1 << 18;
    private static final MemorySegment PACKET = MemorySegment.ofArray(new byte[LENGTH]);
}
