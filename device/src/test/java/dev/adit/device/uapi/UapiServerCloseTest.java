package dev.adit.device.uapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What is left when a server was closed: nothing.
@Timeout(180)
class UapiServerCloseTest {
    @TempDir Path directory;
    private final FakeDevice device = new FakeDevice();

    @Test
    void endsUnderFire() throws Exception {
        for (int round = 0; round < 20; round++) {
            UapiServer server = listen();
            CountDownLatch served = new CountDownLatch(8);
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                clients.add(Thread.ofPlatform().start(() -> askUntilClosed(served)));
            }
            served.await();
            List<Thread> closers = new ArrayList<>();
            for (int i = 0; i < 3; i++) closers.add(Thread.ofPlatform().start(server::close));
            for (Thread closer : closers) closer.join();
            for (Thread client : clients) client.join();
            assertThat(directory.resolve("wg0.sock")).doesNotExist();
            assertThat(threads()).isEmpty();
        }
    }

    private void askUntilClosed(CountDownLatch served) {
        while (true) {
            try (RawClient client = new RawClient(directory.resolve("wg0.sock"))) {
                client.ask("set=1\nfwmark=1\n\n");
                client.ask("get=1\n\n");
                served.countDown();
            } catch (IOException e) {
                return;
            }
        }
    }

    @Test
    void leavesNoThreadAndNoDescriptor() throws Exception {
        assumeTrue(Files.isDirectory(DESCRIPTORS), "no /proc/self/fd here");
        listenAndClose(); // what the JDK opens once for all
        long before = descriptors();
        for (int i = 0; i < 20; i++) listenAndClose();
        assertThat(descriptors()).isEqualTo(before);
        assertThat(threads()).isEmpty();
    }

    private void listenAndClose() throws IOException {
        UapiServer server = listen();
        try (RawClient served = new RawClient(directory.resolve("wg0.sock"));
                RawClient silent = new RawClient(directory.resolve("wg0.sock"))) {
            assertThat(served.ask("get=1\n\n")).isEqualTo("errno=0\n\n");
            silent.send("set=1\n");
            assertThat(threads()).containsExactlyInAnyOrder("adit-wg0-uapi", "adit-wg0-uapi-watch");
            server.close();
            assertThat(threads()).isEmpty();
        }
    }

    private UapiServer listen() throws IOException {
        return UapiServer.listen(new UapiSocket(directory, "wg0"), device, () -> {});
    }

    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .filter(name -> name.startsWith("adit-"))
                .collect(Collectors.toSet());
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> all = Files.list(DESCRIPTORS)) {
            return all.count();
        }
    }

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
}
