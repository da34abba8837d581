package dev.adit.os.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.packet.PacketBatch;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// Which entries of a batch become one message.
class SendmmsgContextTest {
    private static final Endpoint SOMEWHERE = Endpoint.parse("192.0.2.1:1").orElseThrow();

    private final PacketBatch batch = new PacketBatch(512, 1 << 20);
    private final AtomicLong clock = new AtomicLong();
    private final SegmentLimit limit = new SegmentLimit(clock::get);

    @AfterEach
    void close() {
        batch.close();
    }

    /// Entries of these lengths, one behind the other.
    private void row(int... lengths) {
        int at = batch.size() == 0 ? 16 : end();
        for (int length : lengths) {
            batch.add(at, length, 0, 0);
            at += length;
        }
    }

    private int end() {
        int last = batch.size() - 1;
        return batch.offset(last) + batch.length(last);
    }

    private void repeat(int times, int length) {
        for (int i = 0; i < times; i++) row(length);
    }

    /// How many entries each message has.
    private List<Integer> messages(SegmentLimit limit) {
        SendmmsgContext context = SendmmsgContext.current();
        List<Integer> entries = new ArrayList<>();
        for (int at = 0; at < batch.size(); ) {
            int count = context.fill(batch, at, batch.size(), SOMEWHERE, 0, limit);
            assertThat(context.firstEntry(0)).isEqualTo(at);
            for (int i = 0; i < count; i++) {
                int first = context.firstEntry(i);
                int in = context.firstEntry(i + 1) - first;
                entries.add(in);
                assertThat(context.segmentSize(i)).isEqualTo(in == 1 ? 0 : batch.length(first));
            }
            at = context.firstEntry(count);
        }
        return entries;
    }

    @Test
    void joinsEqualLengthsAndAShorterLast() {
        row(100, 100, 100, 40, 100, 200, 200);
        assertThat(messages(limit)).containsExactly(4, 1, 2);
    }

    @Test
    void joinsNothingWithoutTheOffload() {
        repeat(200, 100);
        assertThat(messages(null)).hasSize(200).containsOnly(1);
    }

    @Test
    void staysWithinWhatTheKernelCuts() {
        repeat(130, 32);
        assertThat(messages(limit)).containsExactly(64, 64, 2);
        batch.clear();
        repeat(100, 1452); // 45 of them are 65,340 bytes, 46 too many for a datagram
        assertThat(messages(limit)).containsExactly(45, 45, 10);
    }

    @Test
    void keepsTrafficClassesApart() {
        row(100, 100);
        batch.add(end(), 100, 0, 3);
        batch.add(end(), 100, 0, 3);
        batch.add(end(), 100, 0, 0);
        assertThat(messages(limit)).containsExactly(2, 2, 1);
    }

    @Test
    void keepsApartWhatHasAGapBetween() {
        row(100, 100);
        batch.add(end() + 1, 100);
        assertThat(messages(limit)).containsExactly(2, 1);
    }

    @Test
    void sendsAloneWhatWasTooLargeForTheWay() {
        limit.refused(1452);
        row(1452, 1452, 1451, 1451);
        assertThat(messages(limit)).containsExactly(1, 1, 2);
    }

    @Test
    void joinsAgainWhatWasTooLargeAWhileAgo() {
        limit.refused(1452);
        row(1452, 1452);
        clock.addAndGet(9_999_999_999L);
        assertThat(messages(limit)).containsExactly(1, 1);
        clock.incrementAndGet();
        assertThat(messages(limit)).containsExactly(2);
    }

    @Test
    void staysBelowTheSmallestThatWasRefused() {
        limit.refused(1452);
        limit.refused(1300);
        row(1452, 1452, 1300, 1300, 1299, 1299);
        assertThat(messages(limit)).containsExactly(1, 1, 1, 1, 2);
    }
}
