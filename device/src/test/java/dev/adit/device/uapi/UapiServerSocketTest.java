package dev.adit.device.uapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adit.ip.port.ErrnoException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.BindException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.WatchService;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// The socket's file: how it comes, how it goes, and who notices.
@Timeout(180)
class UapiServerSocketTest {
    @TempDir Path temporary;
    private Path directory;
    private Path path;
    private UapiSocket socket;
    private final FakeDevice device = new FakeDevice();
    private final Semaphore removals = new Semaphore(0);
    private final List<UapiServer> servers = new ArrayList<>();

    @BeforeEach
    void name() {
        directory = temporary.resolve("wireguard");
        socket = new UapiSocket(directory, "wg0");
        path = directory.resolve("wg0.sock");
    }

    @AfterEach
    void close() {
        servers.forEach(UapiServer::close);
    }

    @Test
    void makesItsDirectoryAndNothingButTheSocketInIt() throws IOException {
        listen();
        assertThat(permissions(directory)).startsWith("rwx");
        assertThat(filesIn(directory)).containsExactly(path);
    }

    @Test
    void letsNobodyElseConnect() throws IOException {
        listen();
        assertThat(permissions(path)).isEqualTo("rwx------");
    }

    @Test
    void isAlwaysWholeWhenItCanBeSeen() throws Exception {
        // As soon as the name is there, it listens and is private.
        for (int i = 0; i < 50; i++) {
            Thread watcher = Thread.ofPlatform().start(this::awaitFile);
            UapiServer server = listen();
            watcher.join();
            server.close();
        }
        assertThat(halfMade).isEmpty();
    }

    private final List<String> halfMade = new ArrayList<>();

    private void awaitFile() {
        while (!Files.exists(path)) Thread.onSpinWait();
        try {
            if (!permissions(path).equals("rwx------")) halfMade.add(permissions(path));
            if (SocketState.of(path) != SocketState.LIVE) halfMade.add("not live");
        } catch (IOException e) {
            halfMade.add(e.toString());
        }
    }

    @Test
    void replacesASocketWhoseProcessIsGone() throws IOException {
        leaveStaleSocket();
        listen();
        assertThat(SocketState.of(path)).isEqualTo(SocketState.LIVE);
        assertThat(filesIn(directory)).containsExactly(path);
    }

    @Test
    void leavesALiveSocketAlone() throws IOException {
        listen();
        assertThatExceptionOfType(BindException.class)
                .isThrownBy(this::listen)
                .withMessage("unix socket in use");
        assertThat(SocketState.of(path)).isEqualTo(SocketState.LIVE);
        assertThat(filesIn(directory)).containsExactly(path);
    }

    @Test
    void leavesAFileAloneThatIsNoSocket() throws IOException {
        Files.createDirectories(directory);
        Files.writeString(path, "mine");
        assertThatExceptionOfType(FileSystemException.class)
                .isThrownBy(this::listen)
                .withMessage(path + ": not a socket");
        assertThat(path).hasContent("mine");
    }

    @Test
    void refusesNamesThatNoFileCanHave() {
        for (String name : List.of("", "a/b", "../x", "a\0b")) {
            assertThatExceptionOfType(ErrnoException.class)
                    .isThrownBy(
                            () ->
                                    UapiServer.listen(
                                            new UapiSocket(directory, name), device, () -> {}))
                    .satisfies(failure -> assertThat(failure.errno()).isEqualTo(22));
        }
    }

    @Test
    void isNotHarmedByWhatACrashLeftBehind() throws IOException {
        Files.createDirectories(directory.resolve(".wg0.123456"));
        Path left = directory.resolve(".wg0.123456/s");
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(left))
                .close();
        listen();
        assertThat(UapiSocket.list(directory)).containsExactly(socket);
    }

    @Test
    void watchesByEventsAndNotByPolling() throws IOException {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "inotify is Linux's");
        try (WatchService events = directory.getFileSystem().newWatchService()) {
            assertThat(events.getClass().getSimpleName()).isEqualTo("LinuxWatchService");
        }
    }

    @Test
    void noticesThatItsFileIsDeleted() throws Exception {
        listen();
        Files.delete(path);
        assertRemovedOnce();
    }

    /// A file that goes by the interface's present name has not been removed.
    @Test
    void followsItsFileToTheNewNameOfTheInterface() throws Exception {
        UapiServer.Owner owner =
                new UapiServer.Owner() {
                    @Override
                    public void removed() {
                        removals.release();
                    }

                    @Override
                    public String interfaceName() {
                        return "tun0";
                    }
                };
        servers.add(UapiServer.listen(socket, device, owner));
        Path fresh = directory.resolve("tun0.sock");
        Files.createLink(fresh, path);
        Files.delete(path);
        assertThat(new UapiClient(new UapiSocket(directory, "tun0")).configuration()).isNotNull();
        servers.forEach(UapiServer::close);
        assertThat(filesIn(directory)).isEmpty();
        assertThat(removals.availablePermits()).isZero();
        servers.set(0, UapiServer.listen(socket, device, owner));
        Files.createLink(fresh, path);
        Files.delete(path);
        Files.delete(fresh);
        assertRemovedOnce();
    }

    @Test
    void noticesThatItsFileIsMovedAway() throws Exception {
        listen();
        Files.move(path, directory.resolve("elsewhere"));
        assertRemovedOnce();
    }

    @Test
    void noticesThatItsFileIsReplaced() throws Exception {
        listen();
        Path other = directory.resolve("other");
        Files.createFile(other);
        Files.move(other, path, StandardCopyOption.ATOMIC_MOVE);
        assertRemovedOnce();
        servers.getFirst().close();
        assertThat(path).exists(); // not ours to delete
    }

    @Test
    void noticesThatItsDirectoryIsDeleted() throws Exception {
        listen();
        Files.delete(path);
        Files.delete(directory);
        assertRemovedOnce();
    }

    @Test
    void noticesThatItsDirectoryIsMovedAway() throws Exception {
        listen();
        Files.move(directory, temporary.resolve("moved"));
        assertRemovedOnce();
    }

    @Test
    void ignoresOtherFilesInItsDirectory() throws Exception {
        UapiServer server = listen();
        for (int i = 0; i < 2000; i++) {
            Files.createFile(directory.resolve("wg1.sock"));
            Files.delete(directory.resolve("wg1.sock"));
        }
        server.close();
        assertThat(removals.availablePermits()).isZero();
    }

    @Test
    void noticesADeletionAmongMoreEventsThanAreKept() throws Exception {
        listen();
        for (int i = 0; i < 2000; i++) {
            Files.createFile(directory.resolve("wg1.sock"));
            Files.delete(directory.resolve("wg1.sock"));
        }
        Files.delete(path);
        assertRemovedOnce();
    }

    @Test
    void canBeClosedWhenItIsToldOfTheRemoval() throws Exception {
        Semaphore closed = new Semaphore(0);
        UapiServer server =
                UapiServer.listen(
                        socket,
                        device,
                        () -> {
                            servers.getFirst().close();
                            closed.release();
                        });
        servers.add(server);
        Files.delete(path);
        assertThat(closed.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
        server.close();
    }

    @Test
    void survivesACallbackThatFails() throws Exception {
        servers.add(
                UapiServer.listen(
                        socket,
                        device,
                        () -> {
                            removals.release();
                            throw new IllegalStateException("in the callback");
                        }));
        Files.delete(path);
        assertRemovedOnce();
    }

    @Test
    void deletesItsFileWhenItIsClosedAndTellsNobody() throws IOException {
        UapiServer server = listen();
        server.close();
        server.close();
        assertThat(filesIn(directory)).isEmpty();
        assertThat(removals.availablePermits()).isZero();
        listen(); // and the name is free
    }

    @Test
    void leavesTheFileOfItsSuccessor() throws Exception {
        UapiServer first = listen();
        Files.delete(path);
        UapiServer second = listen();
        first.close();
        assertThat(SocketState.of(path)).isEqualTo(SocketState.LIVE);
        second.close();
        assertThat(path).doesNotExist();
    }

    @Test
    void takesOverAListeningChannel() throws Exception {
        SocketFile.Bound inherited = SocketFile.listen(socket);
        servers.add(UapiServer.adopt(inherited.channel(), socket, device, removals::release));
        try (RawClient client = new RawClient(path)) {
            assertThat(client.ask("get=1\n\n")).isEqualTo("errno=0\n\n");
        }
        Files.delete(path);
        assertRemovedOnce();
    }

    @Test
    void doesNotTakeOverAChannelWithoutAFile() throws IOException {
        SocketFile.Bound inherited = SocketFile.listen(socket);
        Files.delete(path);
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> UapiServer.adopt(inherited.channel(), socket, device, () -> {}));
        assertThat(inherited.channel().isOpen()).isTrue();
        inherited.channel().close();
    }

    @Test
    void endsWhenItsChannelIsClosedByAnother() throws Exception {
        SocketFile.Bound inherited = SocketFile.listen(socket);
        servers.add(UapiServer.adopt(inherited.channel(), socket, device, removals::release));
        inherited.channel().close();
        assertRemovedOnce();
    }

    private void assertRemovedOnce() throws InterruptedException {
        assertThat(removals.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
        servers.forEach(UapiServer::close);
        assertThat(removals.availablePermits()).isZero();
    }

    private UapiServer listen() throws IOException {
        UapiServer server = UapiServer.listen(socket, device, removals::release);
        servers.add(server);
        return server;
    }

    private void leaveStaleSocket() throws IOException {
        Files.createDirectories(directory);
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(path))
                .close();
        assertThat(SocketState.of(path)).isEqualTo(SocketState.STALE);
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static List<Path> filesIn(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }
}
