package dev.adit.tools.daemon;

import dev.adit.device.Device;
import dev.adit.device.config.Parallelism;
import dev.adit.device.uapi.UapiServer;
import dev.adit.device.uapi.UapiSocket;
import dev.adit.ip.port.BindFactory;
import dev.adit.ip.port.Tun;
import dev.adit.ip.port.TunFactory;
import dev.adit.tools.log.LogOutput;
import dev.adit.tools.terminal.Terminal;
import dev.adit.tools.terminal.Version;

import org.jspecify.annotations.Nullable;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/// The program `aditd`: one interface, from its start to its end. Confined to the main thread.
///
/// The steps come in the order in which they may fail: first the interface, then its configuration
/// socket, then the report to the waiting parent. It ends on a signal, or when the interface or the
/// socket is removed.
public final class Daemon {
    private final String name;
    private final Map<String, String> environment;
    private final ParentProcess parent;
    private final Logger log;
    private final Shutdown shutdown;
    private volatile @Nullable Device device; // null until there is one

    private Daemon(String name, Map<String, String> environment, ParentProcess parent) {
        this.name = name;
        this.environment = environment;
        this.parent = parent;
        this.log = System.getLogger("adit." + name);
        this.shutdown = new Shutdown(log);
    }

    /// Runs `aditd` with these arguments and exits.
    public static void main(String[] arguments) throws IOException {
        Terminal terminal = Terminal.system();
        CommandLine commandLine = CommandLine.parse(List.of(arguments));
        switch (commandLine.task()) {
            case VERSION -> terminal.print(Version.daemon());
            case USAGE -> {
                terminal.print(
                        "Usage: " + terminal.program() + " [-f/--foreground] INTERFACE-NAME");
                // A launcher that took the argument for a name waits for one word.
                new ParentProcess(report(), LogOutput.system(), terminal.environment()).ready();
            }
            case RUN -> {
                Map<String, String> environment = terminal.environment();
                ProcessName.set("aditd");
                LogOutput.system().keep(LOGS.resolve(commandLine.name() + ".log"));
                LogOutput.system().decouple();
                ParentProcess parent = new ParentProcess(report(), LogOutput.system(), environment);
                new Daemon(commandLine.name(), environment, parent).run();
            }
        }
    }

    /// The stream on which the launcher waits for a report, or null when it does not wait.
    private static @Nullable OutputStream report() {
        if (!Boolean.getBoolean("adit.report")) return null;
        return new FileOutputStream(FileDescriptor.err);
    }

    private void run() {
        shutdown.install();
        Thread.setDefaultUncaughtExceptionHandler(this::died);
        try {
            log.log(Level.INFO, "Starting adit version " + Version.VERSION);
            // This takes as long as the rest of the start, and the device needs it only at the end.
            Thread.ofPlatform().daemon().name("adit-cryptography").start(Version::cryptography);
            start();
        } catch (SetupException e) {
            giveUp(e.getMessage(), e.getCause());
        } catch (RuntimeException | Error e) {
            giveUp("Failed", e);
        }
    }

    /// Ends the device, as the dead thread's work is no longer done, even if it was one of the
    /// JDK's.
    private void died(Thread thread, Throwable cause) {
        try {
            log.log(Level.ERROR, "Unexpected in " + thread.getName(), cause);
        } finally {
            if (device != null) device.fail(cause);
        }
    }

    private void giveUp(@Nullable String message, @Nullable Throwable cause) {
        shutdown.makeRoom();
        try {
            tell(message, cause);
            parent.failed();
        } finally {
            shutdown.exit(1);
        }
    }

    /// Without memory, or a descriptor for loading a class, the log may fail too.
    private void tell(@Nullable String message, @Nullable Throwable cause) {
        try {
            log.log(Level.ERROR, message, cause);
        } catch (RuntimeException | Error e) {
            // Not with `+`, for which the JVM loads classes.
            System.err.println(String.valueOf(message).concat(": ").concat(String.valueOf(cause)));
        }
    }

    private void start() throws SetupException {
        checkLimits();
        InheritedDescriptors inheritance;
        try {
            inheritance = InheritedDescriptors.of(environment);
            device = open(inheritance);
        } catch (IOException e) {
            throw new SetupException("Failed to create TUN device", e);
        } catch (UncheckedIOException e) {
            throw new SetupException("Failed to create TUN device", e.getCause());
        }
        try {
            shutdown.closes(listen(inheritance, device));
        } catch (IOException e) {
            throw new SetupException("UAPI listen error", e);
        }
        log.log(Level.DEBUG, "UAPI listener started");
        try {
            PidFile file = PidFile.of(environment);
            if (file != null) shutdown.closes(file);
        } catch (IOException e) {
            throw new SetupException("Failed to write ADIT_PID_FILE", e);
        }
        try {
            parent.ready();
        } catch (IOException e) {
            throw new SetupException("Failed to daemonize: the parent process is gone", e);
        }
        keepProgramFiles();
        trySockets();
        awaitEnd(device);
    }

    /// Opens sockets and closes them, so that what is done with the first ones is done before the
    /// interface comes up: classes are initialised, and offloads tested.
    private static void trySockets() {
        try {
            service(BindFactory.class).open(0, 0).close();
        } catch (IOException | RuntimeException e) {
            // The sockets for the interface will fail likewise, and that is told.
        }
    }

    private static void checkLimits() throws SetupException {
        try {
            DescriptorLimit.check();
        } catch (IOException e) {
            throw new SetupException("Failed to start", e);
        }
    }

    private Device open(InheritedDescriptors inheritance) throws IOException {
        String offloads = environment.get("ADIT_OFFLOADS");
        if (offloads != null) System.setProperty("adit.offloads", offloads);
        TunFactory factory = service(TunFactory.class);
        Parallelism parallelism =
                CryptoThreads.of(
                        environment,
                        Runtime.getRuntime().availableProcessors(),
                        message -> log.log(Level.WARNING, message));
        Tun tun =
                inheritance.tun() < 0
                        ? factory.create(name, DEFAULT_MTU, parallelism.queues())
                        : factory.adopt(inheritance.tun());
        shutdown.closes(tun);
        return shutdown.closes(
                Device.builder()
                        .tun(tun)
                        .binds(service(BindFactory.class))
                        .cryptoThreads(parallelism.cryptoThreads())
                        .resolveNames(!"no".equals(environment.get("ADIT_RESOLVE_NAMES")))
                        .build());
    }

    private static <T> T service(Class<T> type) throws IOException {
        return ServiceLoader.load(type)
                .findFirst()
                .orElseThrow(() -> new IOException("not on " + System.getProperty("os.name")));
    }

    private UapiServer listen(InheritedDescriptors inheritance, Device device) throws IOException {
        UapiSocket socket = new UapiSocket(device.name());
        GcAfterUpdate tidy = new GcAfterUpdate(device);
        Owner owner = new Owner(device);
        return inheritance.uapi()
                ? UapiServer.adopt(inheritance.listeningSocket(), socket, tidy, owner)
                : UapiServer.listen(socket, tidy, owner);
    }

    /// Ends the device with its configuration socket.
    private record Owner(Device device) implements UapiServer.Owner {
        @Override
        public String interfaceName() {
            return device.name();
        }

        @Override
        public void removed() {
            device.close();
        }

        @Override
        public void failed(Throwable cause) {
            device.fail(cause);
        }
    }

    /// Opens every module's file and keeps it open, so that a new build may remove it from its
    /// folder.
    private static void keepProgramFiles() {
        for (Module module : ModuleLayer.boot().modules()) {
            if (!module.getName().startsWith("dev.adit.")) continue;
            try (InputStream in = module.getResourceAsStream("module-info.class")) {
                in.read();
            } catch (IOException | RuntimeException e) {
                // Then only the classes loaded so far are certain to be available.
            }
        }
    }

    private void awaitEnd(Device device) {
        try {
            HeapWatch heap = HeapWatch.system();
            while (!device.awaitClose(HeapWatch.PERIOD)) heap.look();
        } catch (InterruptedException e) {
            // Nothing interrupts the main thread; ending is the safe answer.
        }
        shutdown.makeRoom();
        // The device has logged everything, unless it lacked the memory for that.
        device.failure().ifPresent(cause -> tell("Ended by a failure", cause));
        shutdown.exit(device.failure().isPresent() ? 1 : 0);
    }

    /// A failed set-up, with its reason.
    private static final class SetupException extends Exception {
        private static final long serialVersionUID = 1L;

        SetupException(String message, @Nullable IOException cause) {
            super(message, cause);
        }
    }

    /// The folder of the files for debug messages that are switched on when standard output is no
    /// longer read.
    private static final Path LOGS = Path.of("/var/log/adit");

    /// Leaves room in an Ethernet frame for WireGuard's 32 bytes, UDP and IPv6.
    private static final int DEFAULT_MTU = 1420;
}
