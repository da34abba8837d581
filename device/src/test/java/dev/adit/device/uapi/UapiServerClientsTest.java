package dev.adit.device.uapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.device.config.DeviceConfiguration;
import dev.adit.device.config.RandomConfig;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// Clients that get in nobody's way but their own.
@Timeout(180)
class UapiServerClientsTest {
    @TempDir Path directory;
    private final FakeDevice device = new FakeDevice();
    private final FakeLog log = new FakeLog();
    private final AtomicLong clock = new AtomicLong();
    private final List<RawClient> clients = new ArrayList<>();
    private UapiServer server;

    @BeforeEach
    void listen() throws IOException {
        server = listen(64);
    }

    @AfterEach
    void close() throws IOException {
        server.close();
        for (RawClient client : clients) client.close();
    }

    @Test
    void servesManyClientsAtOnce() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                all.add(threads.submit(() -> askOften(connect())));
            }
            for (Future<?> one : all) one.get();
        }
        assertThat(device.applied).hasSize(40 * 50);
    }

    private static Void askOften(RawClient client) throws IOException {
        for (int i = 0; i < 50; i++) {
            assertThat(client.ask("get=1\n\n")).isEqualTo("errno=0\n\n");
            assertThat(client.ask("set=1\nfwmark=1\n\n")).isEqualTo("errno=0\n\n");
        }
        return null;
    }

    @Test
    void isNotDelayedByClientsThatStopHalfWay() throws IOException {
        connect();
        connect().send("g");
        connect().send("get=1\n");
        connect().send("set=1\nlisten_port=1\n");
        connect().send("set=1\nbogus\nlisten_port=1\n");
        assertThat(connect().ask("get=1\n\n")).isEqualTo("errno=0\n\n");
        server.close();
        for (RawClient client : clients) assertThat(client.answer()).doesNotContain("=1");
        assertThat(device.applied).isEmpty();
    }

    @Test
    void isNotDelayedByAClientThatDoesNotReadItsAnswer() throws IOException {
        DeviceConfiguration huge =
                new DeviceConfiguration(
                        null, 0, 0, Collections.nCopies(20_000, new RandomConfig(5).peerStatus()));
        device.status = () -> huge;
        RawClient deaf = connect().send("get=1\n\n");
        assertThat(deaf.read()).isEqualTo('p'); // the answer is under way, and will not fit
        assertThat(connect().ask("set=1\n\n")).isEqualTo("errno=0\n\n");
        assertThat(connect().ask("drops=1\n\n")).isEqualTo("errno=0\n\n");
        server.close();
        assertThat(deaf.answer()).doesNotContain("errno");
    }

    @Test
    void isNotDelayedByAClientThatTheDeviceIsBusyWith() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        device.question =
                () -> {
                    asked.countDown();
                    await(answer);
                };
        RawClient waiting = connect().send("set=1\n\n");
        assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
        device.question = () -> {};
        assertThat(connect().ask("get=1\n\n")).isEqualTo("errno=0\n\n");
        answer.countDown();
        assertThat(waiting.answer()).isEqualTo("errno=0\n\n");
    }

    @Test
    void finishesWhatTheDeviceIsBusyWithBeforeItIsClosed() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        device.question =
                () -> {
                    asked.countDown();
                    await(answer);
                };
        connect().send("set=1\n\n");
        assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
        Thread closer = Thread.ofPlatform().start(server::close);
        assertThat(closer.join(Duration.ofMillis(50))).isFalse();
        answer.countDown();
        closer.join();
        assertThat(device.applied).hasSize(1);
    }

    @Test
    void letsANewClientWaitWhileAllPlacesAreInUse() throws IOException {
        server.close();
        server = listen(2);
        RawClient first = connect();
        RawClient second = connect();
        assertThat(first.ask("get=1\n\n")).isEqualTo("errno=0\n\n");
        assertThat(second.ask("get=1\n\n")).isEqualTo("errno=0\n\n");
        RawClient third = connect().send("get=1\n\n");
        assertThat(first.ask("get=1\n\n")).isEqualTo("errno=0\n\n");
        first.close();
        assertThat(third.answer()).isEqualTo("errno=0\n\n");
        assertThat(second.ask("get=1\n\n")).isEqualTo("errno=0\n\n");
    }

    @Test
    void letsTheIdlestClientGoWhenAnotherNeedsItsPlace() throws IOException {
        server.close();
        server = listen(2);
        RawClient first = connect();
        assertThat(first.ask("get=1\n\n")).isEqualTo("errno=0\n\n");
        clock.addAndGet(MINUTE);
        RawClient second = connect();
        assertThat(second.ask("get=1\n\n")).isEqualTo("errno=0\n\n");
        assertThat(connect().ask("get=1\n\n")).isEqualTo("errno=0\n\n");
        assertThat(first.read()).isEqualTo(-1);
        assertThat(second.ask("get=1\n\n")).isEqualTo("errno=0\n\n");
    }

    @Test
    void isNotDelayedByIdleClientsHoweverMany() throws IOException {
        server.close();
        server =
                UapiServer.listen(
                        new UapiSocket(directory, "wg0"),
                        device,
                        () -> {},
                        new UapiServer.Settings());
        for (int i = 0; i < 150; i++) connect();
        long start = System.nanoTime();
        assertThat(connect().ask("get=1\n\n")).isEqualTo("errno=0\n\n");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void letsNobodyGoWhileThereIsRoom() throws IOException {
        RawClient first = connect();
        assertThat(first.ask("get=1\n\n")).isEqualTo("errno=0\n\n");
        clock.addAndGet(MINUTE);
        assertThat(connect().ask("get=1\n\n")).isEqualTo("errno=0\n\n");
        assertThat(first.ask("get=1\n\n")).isEqualTo("errno=0\n\n");
    }

    @Test
    void keepsAClientThatTheDeviceIsBusyWith() throws Exception {
        server.close();
        server = listen(1);
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        device.question =
                () -> {
                    asked.countDown();
                    await(answer);
                };
        RawClient busy = connect().send("set=1\n\n");
        assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
        device.question = () -> {};
        clock.addAndGet(MINUTE);
        RawClient next = connect().send("get=1\n\n");
        answer.countDown();
        assertThat(busy.answer()).isEqualTo("errno=0\n\n");
        busy.close();
        assertThat(next.answer()).isEqualTo("errno=0\n\n");
    }

    private UapiServer listen(int maxClients) throws IOException {
        return UapiServer.listen(
                new UapiSocket(directory, "wg0"),
                device,
                () -> {},
                new UapiServer.Settings(maxClients, clock::get, log));
    }

    private RawClient connect() throws IOException {
        RawClient client = new RawClient(directory.resolve("wg0.sock"));
        synchronized (clients) {
            clients.add(client);
        }
        return client;
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(60, TimeUnit.SECONDS)) throw new IOException("too late");
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);
}
