package dev.adit.tools.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;

@Timeout(60)
class LineQueueTest {
    private final List<String> written = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch stalled = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    @Test
    void writesAllLinesInOrder() {
        LineQueue queue = new LineQueue(this::write);
        for (int i = 0; i < 1000; i++) add(queue, "line " + i);
        queue.flush(Duration.ofSeconds(30));
        assertThat(written).hasSize(1000).startsWith("line 0", "line 1").endsWith("line 999");
    }

    @Test
    void neverWaitsForAReaderThatStalls() throws InterruptedException {
        LineQueue queue = stalledQueue();
        for (int i = 0; i < 100_000; i++) add(queue, "0123456789");
        queue.flush(Duration.ofMillis(1));
        assertThat(written).isEmpty();
    }

    @Test
    void countsTheLinesThatAReaderWasTooSlowFor() throws InterruptedException {
        LineQueue queue = stalledQueue();
        for (int i = 0; i < 15; i++) add(queue, "0123456789");
        goOn.countDown();
        queue.flush(Duration.ofSeconds(30));
        add(queue, "later");
        queue.flush(Duration.ofSeconds(30));
        assertThat(written).hasSize(1 + 10 + 1 + 1).endsWith("later");
        assertThat(written.get(11))
                .endsWith("log: Log lines lost, because they were not read in time: 5\n");
    }

    @Test
    void tellsOfLostLinesWhereTheyAreMissing() throws InterruptedException {
        LineQueue queue = stalledQueue();
        for (int i = 0; i < 11; i++) add(queue, "0123456789");
        goOn.countDown();
        queue.flush(Duration.ofSeconds(30));
        assertThat(written).hasSize(12);
        assertThat(written.getLast()).endsWith("in time: 1\n");
    }

    @Test
    void goesOnAfterALineThatCannotBeWritten() {
        LineQueue queue =
                new LineQueue(
                        line -> {
                            if (line.length == 3) throw new OutOfMemoryError();
                            write(line);
                        });
        for (String line : List.of("first", "bad", "last")) add(queue, line);
        queue.flush(Duration.ofSeconds(30));
        assertThat(written).containsExactly("first", "last");
    }

    /// A queue for 100 bytes, of which none is left to a writer that has a first line in its hands.
    private LineQueue stalledQueue() throws InterruptedException {
        LineQueue queue = new LineQueue(this::stall, 100);
        add(queue, "first");
        stalled.await();
        return queue;
    }

    private void stall(byte[] line) {
        stalled.countDown();
        try {
            goOn.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        write(line);
    }

    private void write(byte[] line) {
        written.add(new String(line, StandardCharsets.US_ASCII));
    }

    private static void add(LineQueue queue, String line) {
        queue.add(line.getBytes(StandardCharsets.US_ASCII));
    }
}
