package dev.adit.device.uapi;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.WARNING;

import dev.adit.device.config.DeviceControl;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.System.Logger;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/// Serves the configuration of a device on its socket, for wg(8) and similar tools. Thread-safe.
///
/// A user that can connect to the socket can read the private key; only the user of this process
/// and root can, by the permissions of its file and by [PeerCredentials]. One client cannot delay
/// another: each has a thread of its own, and the device is asked only when a request is complete.
public final class UapiServer implements AutoCloseable {
    private final UapiSocket socket;
    private final DeviceControl device;
    private final Owner owner;
    private final Logger log;
    private final LongSupplier clock;
    private final RequestMemory budget;
    private final ServerSocketChannel channel;
    private final SocketFile file;
    private final PeerCredentials credentials;
    private final SocketWatch watch;
    private final UapiSessions sessions;
    private final Thread acceptor;
    private final Thread watcher;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CountDownLatch closed = new CountDownLatch(1);

    /// The owner of a server. Called at most once, on a thread of the server, when clients can no
    /// longer connect; may then call [UapiServer#close].
    @FunctionalInterface
    public interface Owner {
        /// The socket's file was deleted or replaced, which means that the device shall end.
        void removed();

        /// The current name of the interface, to which its socket may be renamed without being
        /// removed; or null when it has none of its own.
        default @Nullable String interfaceName() {
            return null;
        }

        /// A thread of the server has failed.
        default void failed(Throwable cause) {
            removed();
        }
    }

    /// Listens at `socket`.
    ///
    /// @throws IOException when it cannot listen there; `unix socket in use` when another process
    ///   does
    public static UapiServer listen(UapiSocket socket, DeviceControl device, Owner owner)
            throws IOException {
        return listen(socket, device, owner, new Settings());
    }

    static UapiServer listen(
            UapiSocket socket, DeviceControl device, Owner owner, Settings settings)
            throws IOException {
        SocketFile.Bound bound = SocketFile.listen(socket);
        try {
            return new UapiServer(socket, bound, device, owner, settings).start();
        } catch (IOException | RuntimeException | Error e) {
            bound.file().delete();
            bound.channel().close();
            throw e;
        }
    }

    /// Takes over a channel that already listens at `socket`, inherited from the parent process.
    /// From now on the server closes it.
    ///
    /// @throws IOException when there is no such file, or it cannot be watched; the caller then
    ///   keeps the channel
    public static UapiServer adopt(
            ServerSocketChannel channel, UapiSocket socket, DeviceControl device, Owner owner)
            throws IOException {
        channel.configureBlocking(true);
        SocketFile.Bound bound = new SocketFile.Bound(channel, SocketFile.at(socket.path()));
        return new UapiServer(socket, bound, device, owner, new Settings()).start();
    }

    private UapiServer(
            UapiSocket socket,
            SocketFile.Bound bound,
            DeviceControl device,
            Owner owner,
            Settings settings)
            throws IOException {
        this.socket = socket;
        this.device = device;
        this.owner = owner;
        log = settings.log();
        clock = settings.clock();
        budget = settings.budget();
        channel = bound.channel();
        file = bound.file();
        credentials = new PeerCredentials(file.path());
        watch = new SocketWatch(file, this::renamed, this::removed);
        String thread = "adit-" + socket.name() + "-uapi";
        sessions =
                new UapiSessions(settings.maxClients(), settings.idleLimit(), thread + "-client-");
        acceptor = Thread.ofPlatform().daemon().name(thread).unstarted(() -> run(this::accept));
        watcher =
                Thread.ofPlatform()
                        .daemon()
                        .name(thread + "-watch")
                        .unstarted(() -> run(watch::run));
    }

    /// Settings that only tests change.
    ///
    /// @param maxClients the most clients at a time
    /// @param idleLimit nanoseconds after which an idle client makes room for a new one
    /// @param budget the memory that the clients share
    /// @param clock nanoseconds from any origin
    record Settings(
            int maxClients, long idleLimit, RequestMemory budget, LongSupplier clock, Logger log) {
        Settings() {
            this(
                    64,
                    TimeUnit.MILLISECONDS.toNanos(100),
                    new RequestMemory(),
                    System::nanoTime,
                    LOG);
        }

        Settings(int maxClients, LongSupplier clock, Logger log) {
            this(maxClients, new RequestMemory(), clock, log);
        }

        Settings(int maxClients, RequestMemory budget, LongSupplier clock, Logger log) {
            this(maxClients, new Settings().idleLimit(), budget, clock, log);
        }

        private static final Logger LOG = System.getLogger("dev.adit.device.uapi");
    }

    private UapiServer start() {
        watcher.start();
        acceptor.start();
        return this;
    }

    /// Runs a thread of the server.
    private void run(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            if (mayTell()) owner.failed(e);
        }
    }

    private void accept() {
        ReserveDescriptor reserve = new ReserveDescriptor();
        try {
            accept(reserve);
        } finally {
            reserve.giveUp();
        }
        removed();
    }

    private void accept(ReserveDescriptor reserve) {
        long quietUntil = clock.getAsLong();
        while (true) {
            try {
                SocketChannel accepted = channel.accept();
                sessions.admit(new UapiSession(accepted, clock), this::serve);
                reserve.renew();
            } catch (ClosedChannelException | InterruptedException e) {
                return;
            } catch (IOException e) {
                // For example, no descriptor is free. Other clients wait in the queue.
                if (clock.getAsLong() - quietUntil >= 0) {
                    log.log(WARNING, "{0}: cannot accept UAPI clients: {1}", socket.name(), e);
                    quietUntil = clock.getAsLong() + QUIET;
                }
                reserve.giveUp();
                sessions.closeIdle();
                if (closedWithin(RETRY_MILLIS)) return;
            }
        }
    }

    private boolean closedWithin(long millis) {
        try {
            return closed.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return true;
        }
    }

    private void serve(UapiSession session) {
        try {
            if (isRefused(session)) return;
            UapiConnection.serve(session, device, session, budget, socket.name(), log);
        } catch (Error e) {
            // The next client would probably fail in the same way.
            if (mayTell()) owner.failed(e);
        }
    }

    private boolean isRefused(UapiSession session) {
        try {
            UserPrincipal user = credentials.refused(session.channel());
            if (user == null) return false;
            log.log(WARNING, "{0}: refused a UAPI client of user {1}", socket.name(), user);
        } catch (IOException | UnsupportedOperationException e) {
            if (!session.isOpen()) return true;
            log.log(WARNING, "{0}: refused a UAPI client of unknown user: {1}", socket.name(), e);
        }
        return true;
    }

    /// The path of the socket by the interface's present name, or null.
    private @Nullable Path renamed() {
        try {
            String name = owner.interfaceName();
            return name == null ? null : new UapiSocket(socket.directory(), name).path();
        } catch (IOException | RuntimeException e) {
            return null; // the interface is gone
        }
    }

    /// Calls back because clients can no longer connect, unless this server ended it.
    private void removed() {
        if (!mayTell()) return;
        try {
            log.log(DEBUG, "{0}: UAPI socket was removed", socket.name());
        } finally {
            tell();
        }
    }

    private void tell() {
        try {
            owner.removed();
        } catch (RuntimeException e) {
            log.log(ERROR, socket.name() + ": after the UAPI socket was removed", e);
        }
    }

    /// True once, unless this server ended it.
    private boolean mayTell() {
        return !closing.get() && ended.compareAndSet(false, true);
    }

    /// Deletes the socket if it is still ours, ends all connections and waits for all threads.
    ///
    /// An operation that the device is busy with is completed first. On a thread of the server
    /// itself, such as that of the callback, it does not wait for that thread.
    @Override
    public void close() {
        if (closing.compareAndSet(false, true)) {
            closeAll();
            closed.countDown();
        }
        List<Thread> threads = new ArrayList<>(sessions.close());
        threads.add(acceptor);
        threads.add(watcher);
        threads.forEach(UapiServer::await);
    }

    private void closeAll() {
        attempt(watch::close); // before the file is deleted, which need not be reported then
        attempt(this::deleteFile); // while the socket is open, so that the file is still ours
        attempt(channel::close);
    }

    private void deleteFile() throws IOException {
        Path path = file.isThere() ? null : renamed();
        if (path != null) file.follow(path);
        file.delete();
    }

    private void attempt(Step step) {
        try {
            step.run();
        } catch (IOException e) {
            log.log(WARNING, "{0}: while closing the UAPI socket: {1}", socket.name(), e);
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    private static void await(Thread thread) {
        boolean interrupted = false;
        while (thread != Thread.currentThread() && thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }

    private static final long RETRY_MILLIS = 100;
    private static final long QUIET = 60_000_000_000L; // ns between lines on the same trouble
}
