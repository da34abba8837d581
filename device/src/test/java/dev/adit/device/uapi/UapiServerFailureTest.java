package dev.adit.device.uapi;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/// A server whose threads fail: its owner is told, once.
@Timeout(60)
class UapiServerFailureTest {
    @TempDir Path directory;
    private final FakeDevice device = new FakeDevice();
    private final FakeLog log = new FakeLog();
    private final AtomicReference<Error> failure = new AtomicReference<>();
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private UapiServer server;

    @AfterEach
    void close() {
        if (server != null) server.close();
        assertThat(told).isEmpty();
    }

    private void listen() throws IOException {
        LongSupplier clock =
                () -> {
                    if (failure.get() != null) throw failure.get();
                    return 0;
                };
        UapiServer.Settings settings = new UapiServer.Settings(8, clock, log);
        UapiServer.Owner owner =
                new UapiServer.Owner() {
                    @Override
                    public void removed() {
                        told.add("removed");
                    }

                    @Override
                    public void failed(Throwable cause) {
                        told.add("failed: " + cause.getMessage());
                    }
                };
        server = UapiServer.listen(new UapiSocket(directory, "wg0"), device, owner, settings);
    }

    private void expect(String what) throws InterruptedException {
        assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo(what);
    }

    @Test
    void tellsThatNobodyIsAcceptedAnyMore() throws Exception {
        listen();
        failure.set(new OutOfMemoryError("no thread"));
        RawClient client = new RawClient(directory.resolve("wg0.sock"));
        expect("failed: no thread");
        client.close();
    }

    @Test
    void tellsWhenAClientMeetsWhatTheNextWouldMeetToo() throws Exception {
        listen();
        device.question =
                () -> {
                    throw new NoClassDefFoundError("a class");
                };
        try (RawClient client = new RawClient(directory.resolve("wg0.sock"))) {
            client.send("get=1\n\n");
            expect("failed: a class");
        }
    }

    @Test
    void tellsNothingOfAClientWithoutMemory() throws Exception {
        listen();
        device.question =
                () -> {
                    throw new OutOfMemoryError("Java heap space");
                };
        try (RawClient client = new RawClient(directory.resolve("wg0.sock"))) {
            assertThat(client.send("get=1\n\n").answer()).isEmpty();
        }
        device.question = () -> {};
        try (RawClient client = new RawClient(directory.resolve("wg0.sock"))) {
            assertThat(client.ask("get=1\n\n")).isEqualTo("errno=0\n\n");
        }
        assertThat(log.entries).anyMatch(entry -> entry.contains("UAPI connection failed"));
    }

    @Test
    void tellsOfARemovalAsEver() throws Exception {
        listen();
        Files.delete(directory.resolve("wg0.sock"));
        expect("removed");
    }
}
