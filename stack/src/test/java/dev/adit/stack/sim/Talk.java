package dev.adit.stack.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.stack.socket.Connection;
import dev.adit.stack.socket.Ending;

import java.util.random.RandomGenerator;

/// A connection in a simulated network with a transfer in each direction, from its beginning to
/// where both ends are closed. Acts when [#step] is called.
public final class Talk {
    private final Connection client;
    private final long bytes;
    private final int chunk;
    private Connection server;
    private Transfer there;
    private Transfer back;
    private long movedAt;
    private long moved;
    private boolean isClosed;

    public Talk(Connection client, RandomGenerator random, long now) {
        this.client = client;
        bytes = random.nextLong(1L << random.nextInt(8, 21));
        chunk = 1 + random.nextInt(1 << random.nextInt(4, 15));
        movedAt = now;
    }

    public Connection client() {
        return client;
    }

    /// The other end has accepted it.
    public void accepted(Connection connection) {
        server = connection;
        there = new Transfer(client, server, bytes, chunk);
        back = new Transfer(server, client, bytes / 3, chunk);
    }

    /// The clock went on without anything being done.
    public void skipped(long nanoseconds) {
        movedAt += nanoseconds;
    }

    /// Has both programs do what they can.
    ///
    /// @return true when both ends are over and know how it ended
    public boolean step(long now) {
        if (server == null) return client.ending() != null || isStalled(now);
        there.step(now);
        back.step(now);
        boolean isOver = isWhole() || hasFailed(client) || hasFailed(server);
        if (isOver && !isClosed) {
            isClosed = true;
            if (!isWhole()) closeFailed(now);
        }
        if (client.ending() != null && server.ending() != null) {
            check();
            client.close(now);
            server.close(now);
            return true;
        }
        return isStalled(now);
    }

    /// The end that knows of an error closes; the other one has to find out.
    private void closeFailed(long now) {
        if (hasFailed(client)) client.close(now);
        if (hasFailed(server)) server.close(now);
    }

    /// True when all bytes have arrived in both directions.
    public boolean isWhole() {
        return server != null && there.isDone() && back.isDone();
    }

    private static boolean hasFailed(Connection c) {
        return c.ending() != null && c.ending().reason() != Ending.Reason.FINISHED;
    }

    private void check() {
        if (isWhole()) return;
        assertThat(client.ending()).as("client: %s", client.info()).matches(Talk::isError);
        assertThat(server.ending()).as("server: %s", server.info()).matches(Talk::isError);
    }

    private static boolean isError(Ending ending) {
        return ending.reason() != Ending.Reason.FINISHED;
    }

    private boolean isStalled(long now) {
        long figure = server == null ? 0 : there.bytesRead() + back.bytesRead();
        figure += client.state().ordinal() * 1_000_000_000L;
        if (server != null) figure += server.state().ordinal() * 100_000_000_000L;
        if (figure != moved) {
            moved = figure;
            movedAt = now;
        }
        if (now - movedAt < STALL) return false;
        throw new AssertionError(
                "nothing for an hour: %s%n%s"
                        .formatted(client.info(), server == null ? "not there" : server.info()));
    }

    private static final long STALL = 3_600_000_000_000L;
}
