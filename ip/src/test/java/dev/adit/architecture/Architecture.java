package dev.adit.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;

import static java.lang.module.ModuleDescriptor.Requires.Modifier.STATIC;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/// What the modules and packages promise, as data, and how classes are held to it. Stateless.
///
/// Every check returns its violations, one line for each, so that it can itself be tested.
public final class Architecture {

    /// Which package may use which: the map in ARCHITECTURE.md as code.
    static PackageMap packages() {
        return new PackageMap()
                .module("ip")
                .add("bytes", "")
                .add("address", "")
                .add("packet", "")
                .add("header", "bytes")
                .add("port", "address packet")
                .module("protocol")
                .add("drop", "")
                .add("crypto.spi", "")
                .add("crypto", "crypto.spi ip.port")
                .add("wire", "ip.bytes ip.header")
                .add("keys", "crypto.spi crypto")
                .add("noise", "drop crypto.spi crypto wire keys ip.bytes")
                .add("cookie", "crypto wire keys ip.bytes ip.address")
                .add(
                        "session",
                        "drop crypto.spi crypto wire keys ip.bytes ip.packet" + " ip.header")
                .add("collection", "")
                .add(
                        "tunnel",
                        "drop wire keys noise cookie session collection ip.bytes ip.address"
                                + " ip.packet ip.header")
                .module("testkit")
                .add("", "ip.address ip.bytes ip.header ip.packet ip.port protocol.keys")
                .module("stack")
                .add("socket", "ip.address")
                .add("stats", "")
                .add("hash", "")
                .add("memory", "")
                .add("schedule", "socket ip.packet")
                .add("ip", "stats memory schedule ip.address ip.header ip.bytes")
                .add("udp", "socket stats memory schedule ip ip.address ip.header ip.bytes")
                .add("echo", "socket stats schedule ip ip.address ip.header ip.bytes")
                .add("congestion", "")
                .add("recovery", "")
                .add(
                        "tcp",
                        "socket stats hash memory schedule ip congestion recovery ip.address"
                                + " ip.header ip.bytes")
                .add(
                        "",
                        "socket stats hash memory schedule ip udp echo tcp ip.packet ip.address"
                                + " ip.header ip.bytes")
                .module("device")
                .add("nio", "ip.address ip.packet ip.port")
                .add("event", "ip.address ip.port protocol.drop protocol.keys")
                .add(
                        "listener",
                        "event ip.bytes ip.address ip.header ip.port"
                                + " protocol.drop protocol.wire protocol.keys")
                .add("pipeline.thread", "event ip.address ip.packet ip.port")
                .add("pipeline.slot", "pipeline.thread protocol.session")
                .add(
                        "pipeline.send",
                        "event pipeline.thread pipeline.slot ip.bytes ip.address"
                                + " ip.packet ip.header ip.port protocol.drop protocol.wire"
                                + " protocol.session protocol.tunnel")
                .add(
                        "pipeline.handshake",
                        "event pipeline.thread pipeline.send ip.packet protocol.drop"
                                + " protocol.wire protocol.tunnel")
                .add(
                        "pipeline.receive",
                        "event pipeline.thread pipeline.slot pipeline.send"
                                + " pipeline.handshake ip.bytes ip.address ip.packet ip.header"
                                + " ip.port protocol.drop protocol.wire protocol.session"
                                + " protocol.tunnel")
                .add(
                        "pipeline",
                        "event pipeline.thread pipeline.slot pipeline.send"
                                + " pipeline.handshake pipeline.receive ip.address ip.port"
                                + " protocol.drop protocol.tunnel")
                .add("dns", "ip.port")
                .add("text", "ip.address")
                .add("secret", "protocol.keys")
                .add("config", "text ip.address protocol.drop protocol.keys")
                .add("config.draft", "config ip.address protocol.keys")
                .add("resolve", "dns text config ip.address ip.port protocol.keys")
                .add(
                        "config.file",
                        "text secret config config.draft resolve ip.address protocol.keys")
                .add(
                        "",
                        "nio event listener pipeline.thread pipeline config resolve ip.address"
                                + " ip.port protocol.drop protocol.keys protocol.session"
                                + " protocol.tunnel")
                .add("uapi.text", "text secret config config.draft ip.address protocol.keys")
                .add("uapi", "secret config uapi.text ip.port protocol.drop protocol.keys")
                .module("net")
                .add("core", "ip.address ip.packet ip.port stack.hash stack.socket stack")
                .add("socket", "core ip.address stack.socket stack")
                .add("channels", "core socket ip.address stack.socket")
                .add("names", "core socket device.dns ip.address ip.port")
                .add(
                        "",
                        "core socket channels names ip.address ip.packet ip.port protocol.drop"
                            + " protocol.keys device.config device.config.file device.event"
                            + " device.resolve device.secret device stack.socket stack.stats stack")
                .module("proxy")
                .add("stream", "")
                .add("socks", "stream")
                .add("http", "stream socks")
                .add("server", "stream socks http ip.address")
                .add("forward", "stream server")
                .add("dns", "stream server device.dns")
                .add(
                        "health",
                        "stream http server net ip.address protocol.keys device.config device")
                .add("", "stream socks server forward dns health net device.dns device.secret")
                .module("resolver")
                .add("", "net")
                .module("vector")
                .add("", "protocol.crypto.spi")
                .module("libcrypto")
                .add("", "protocol.crypto.spi")
                .module("os")
                .add("ffi", "")
                .add("linux", "ffi ip.bytes ip.address ip.packet ip.header ip.port")
                .module("tools")
                .add("log", "")
                .add("terminal", "ip.port protocol.keys protocol.session")
                .add("keys", "terminal protocol.keys")
                .add("host", "device.config device.uapi")
                .add(
                        "show",
                        "terminal host ip.address protocol.drop protocol.keys" + " device.config")
                .add(
                        "configure",
                        "terminal ip.address protocol.keys device.config device.config.file"
                                + " device.resolve device.secret device.uapi")
                .add(
                        "quick",
                        "terminal host ip.address device.config device.config.file device.resolve"
                                + " device.secret device.uapi")
                .add(
                        "netbsd",
                        "terminal keys ip.address protocol.keys device.config device.config.file"
                                + " device.resolve device.uapi")
                .add(
                        "ifconfig",
                        "terminal host ip.address ip.port protocol.keys"
                                + " device.config device.config.file device.resolve")
                .add(
                        "daemon",
                        "log terminal ip.port protocol.drop protocol.keys"
                                + " device.config device device.uapi")
                .add(
                        "training",
                        "keys daemon ip.bytes ip.address ip.packet ip.port"
                                + " protocol.wire protocol.keys protocol.tunnel device.config"
                                + " device device.uapi")
                .add(
                        "demo",
                        "terminal show ip.address protocol.keys device.config" + " device.uapi")
                .add(
                        "network",
                        "log terminal protocol.keys device.config device.secret device.uapi net"
                                + " proxy")
                .add("", "terminal keys show configure quick netbsd ifconfig network demo");
    }

    /// What the protocol must not touch: time, chance, threads, I/O and the surroundings all come
    /// in as arguments. `javax.crypto` is for its package `crypto` alone.
    public static List<String> inProtocol(JavaClasses classes) {
        List<String> violations = new ArrayList<>(IN_PROTOCOL.violations(classes));
        violations.addAll(CRYPTOGRAPHY.violations(outside(classes, "dev.adit.protocol.crypto")));
        violations.addAll(COMPARISON.violations(withSecrets(classes)));
        violations.addAll(RESTRICTED.violations(classes));
        return violations;
    }

    /// What the TCP/IP stack must not touch: as the protocol, it has no surroundings.
    public static List<String> inStack(JavaClasses classes) {
        List<String> violations = new ArrayList<>(IN_PROTOCOL.violations(classes));
        violations.addAll(CRYPTOGRAPHY.violations(classes));
        violations.addAll(RESTRICTED.violations(classes));
        return violations;
    }

    /// The classes that may have a secret in their hands.
    private static JavaClasses withSecrets(JavaClasses classes) {
        Predicate<JavaClass> secret =
                type ->
                        SECRETIVE.contains(type.getPackageName())
                                && !NOT_SECRET.contains(type.getSimpleName());
        return classes.that(describe("in " + SECRETIVE, secret));
    }

    /// What the device must not touch: it ends threads, never the program; it logs, never prints.
    public static List<String> inDevice(JavaClasses classes) {
        List<String> violations = new ArrayList<>(PROGRAM.violations(classes));
        violations.addAll(RESTRICTED.violations(classes));
        return violations;
    }

    /// What a network in a program must not touch: as the device.
    public static List<String> inNet(JavaClasses classes) {
        List<String> violations = inDevice(classes);
        violations.addAll(HOST_SOCKETS.violations(outside(classes, CHANNELS)));
        violations.addAll(HOST_CHANNELS.violations(classes));
        return violations;
    }

    /// What a platform must not touch. Native code is for its packages `ffi` and `crypto` alone.
    public static List<String> inOs(JavaClasses classes) {
        List<String> violations = new ArrayList<>(PROGRAM.violations(classes));
        violations.addAll(
                RESTRICTED.violations(outside(classes, "dev.adit.os.ffi", "dev.adit.libcrypto")));
        return violations;
    }

    /// What the programs must not touch.
    public static List<String> inTools(JavaClasses classes) {
        return RESTRICTED.violations(classes);
    }

    /// What no test may touch: it waits for an event or a deadline, never for time to pass.
    public static List<String> inTests(JavaClasses classes) {
        return SLEEP.violations(classes);
    }

    /// What a module must not declare: a foreign module, a package open to reflection, or one that
    /// only some may use.
    ///
    /// @param exporting whether it may export packages at all
    public static List<String> inDescriptor(ModuleDescriptor module, boolean exporting) {
        List<String> violations = new ArrayList<>();
        for (ModuleDescriptor.Requires required : module.requires()) {
            String name = required.name();
            boolean incubating = name.equals(INCUBATING) && module.name().equals(VECTOR);
            boolean options = name.equals(OPTIONS) && OPTION_USERS.contains(module.name());
            boolean marks = name.equals(MARKS) && required.modifiers().contains(STATIC);
            boolean ours = name.startsWith("dev.adit.") || name.equals("java.base");
            if (!ours && !incubating && !options && !marks) {
                violations.add(module.name() + " requires " + name);
            }
        }
        for (ModuleDescriptor.Exports exported : module.exports()) {
            if (!exporting || exported.isQualified()) {
                violations.add(module.name() + " exports " + exported);
            }
        }
        for (ModuleDescriptor.Opens opened : module.opens()) {
            violations.add(module.name() + " opens " + opened);
        }
        if (module.isOpen()) violations.add(module.name() + " is open");
        return violations;
    }

    /// The classes below `folder`, which may be absent.
    public static JavaClasses classes(Path folder) {
        ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
        return new ClassFileImporter()
                .importPaths(Files.exists(folder) ? List.of(folder) : List.of());
    }

    /// The descriptor of the module that was compiled to `folder`.
    static ModuleDescriptor descriptor(Path folder) throws IOException {
        try (InputStream in = Files.newInputStream(folder.resolve("module-info.class"))) {
            return ModuleDescriptor.read(in);
        }
    }

    private static JavaClasses outside(JavaClasses classes, String... packages) {
        Set<String> names = Set.of(packages);
        Predicate<JavaClass> outside = type -> !names.contains(type.getPackageName());
        return classes.that(describe("outside " + names, outside));
    }

    /// Restricted methods of the JDK: those that can crash it.
    private static final Forbidden RESTRICTED =
            new Forbidden(
                    Set.of(),
                    Set.of(),
                    Set.of(
                            "java.lang.ModuleLayer$Controller.enableNativeAccess",
                            "java.lang.Runtime.load",
                            "java.lang.Runtime.loadLibrary",
                            "java.lang.System.load",
                            "java.lang.System.loadLibrary",
                            "java.lang.foreign.AddressLayout.withTargetLayout",
                            "java.lang.foreign.Linker.downcallHandle",
                            "java.lang.foreign.Linker.upcallStub",
                            "java.lang.foreign.MemorySegment.reinterpret",
                            "java.lang.foreign.SymbolLookup.libraryLookup"),
                    Set.of());

    /// What only a program does.
    private static final Forbidden PROGRAM =
            new Forbidden(
                    Set.of(),
                    Set.of(),
                    Set.of(
                            "java.lang.Runtime.exit",
                            "java.lang.Runtime.halt",
                            "java.lang.System.exit",
                            "java.lang.System.err",
                            "java.lang.System.out",
                            "java.lang.Throwable.printStackTrace"),
                    Set.of());

    /// Sockets of the host's network.
    private static final Forbidden HOST_SOCKETS =
            new Forbidden(
                    Set.of("java.nio.channels"),
                    Set.of(),
                    Set.of(),
                    Set.of(
                            "java.nio.channels.ClosedChannelException",
                            // What a DatagramSocket of ours says it does not have.
                            "java.nio.channels.DatagramChannel",
                            "java.nio.channels.UnsupportedAddressTypeException",
                            // What a Network gives.
                            "java.nio.channels.spi.SelectorProvider"));

    /// The package whose channels are ours.
    private static final String CHANNELS = "dev.adit.net.channels";

    /// What opens channels of the host's network.
    private static final Forbidden HOST_CHANNELS =
            new Forbidden(
                    Set.of(),
                    Set.of(
                            "java.nio.channels.AsynchronousServerSocketChannel",
                            "java.nio.channels.AsynchronousSocketChannel"),
                    Set.of(
                            "java.nio.channels.DatagramChannel.open",
                            "java.nio.channels.Selector.open",
                            "java.nio.channels.ServerSocketChannel.open",
                            "java.nio.channels.SocketChannel.open",
                            "java.nio.channels.spi.SelectorProvider.provider"),
                    Set.of());

    private static final Forbidden CRYPTOGRAPHY =
            new Forbidden(Set.of("javax.crypto"), Set.of(), Set.of(), Set.of());

    private static final Set<String> SECRETIVE =
            Set.of(
                    "dev.adit.protocol.crypto",
                    "dev.adit.protocol.keys",
                    "dev.adit.protocol.noise",
                    "dev.adit.protocol.cookie",
                    "dev.adit.protocol.session");

    /// Known answers and times.
    private static final Set<String> NOT_SECRET = Set.of("KnownAnswers", "Tai64n");

    /// Comparisons that end at the first difference.
    private static final Forbidden COMPARISON =
            new Forbidden(
                    Set.of(),
                    Set.of(),
                    Set.of(
                            "java.lang.foreign.MemorySegment.mismatch",
                            "java.nio.ByteBuffer.equals",
                            "java.nio.ByteBuffer.mismatch",
                            "java.util.Arrays.compare",
                            "java.util.Arrays.equals",
                            "java.util.Arrays.mismatch"),
                    Set.of());

    private static final Forbidden SLEEP =
            new Forbidden(
                    Set.of(),
                    Set.of(),
                    Set.of("java.lang.Thread.sleep", "java.util.concurrent.TimeUnit.sleep"),
                    Set.of());

    private static final Forbidden IN_PROTOCOL =
            new Forbidden(
                    Set.of(
                            "java.io",
                            "java.net",
                            "java.nio.channels",
                            "java.nio.file",
                            "java.util.concurrent",
                            "java.util.logging"),
                    Set.of(
                            "java.lang.Process",
                            "java.lang.ProcessBuilder",
                            "java.lang.System$Logger",
                            "java.lang.Thread",
                            "java.lang.ThreadLocal",
                            "java.security.SecureRandom",
                            "java.time.Clock",
                            "java.util.Random",
                            "java.util.Timer",
                            "java.util.random.RandomGeneratorFactory"),
                    Set.of(
                            "java.lang.Math.random",
                            "java.lang.Runtime.exit",
                            "java.lang.Runtime.halt",
                            "java.lang.System.currentTimeMillis",
                            "java.lang.System.err",
                            "java.lang.System.exit",
                            "java.lang.System.getLogger",
                            "java.lang.System.getenv",
                            "java.lang.System.in",
                            "java.lang.System.nanoTime",
                            "java.lang.System.out",
                            "java.lang.Throwable.printStackTrace",
                            "java.time.Instant.now",
                            "java.util.UUID.randomUUID",
                            "java.util.random.RandomGenerator.getDefault",
                            "java.util.random.RandomGenerator.of"),
                    Set.of(
                            // A secret says with these that it is not to be serialized.
                            "java.io.NotSerializableException",
                            "java.io.ObjectInputStream",
                            "java.io.ObjectOutputStream",
                            "java.io.Serial",
                            "java.io.Serializable",
                            "java.util.concurrent.ConcurrentHashMap",
                            "java.util.concurrent.atomic"));

    // The one module that may need one which incubates.
    private static final String VECTOR = "dev.adit.vector";

    private static final String INCUBATING = "jdk.incubator.vector";

    // The modules that need the JDK's own socket options: one tells a client's user, and sockets
    // of ours have what the JDK's have.
    private static final Set<String> OPTION_USERS = Set.of("dev.adit.device", "dev.adit.net");
    private static final String OPTIONS = "jdk.net";

    // The annotations that say what may be null, for compilers alone: `requires static` asks for
    // nothing at run time.
    private static final String MARKS = "org.jspecify";

    private Architecture() {}
}
