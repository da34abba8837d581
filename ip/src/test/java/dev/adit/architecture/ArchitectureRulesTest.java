package dev.adit.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Requires;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/// Each rule of the architecture, shown to fail on code that breaks it.
class ArchitectureRulesTest {

    @TempDir private Path folder;

    @Test
    void findsAnEdgeThatTheMapDoesNotAllow() throws IOException {
        JavaClasses classes =
                new Planted(folder)
                        .write("package dev.adit.protocol.noise; public class Shake {}")
                        .write(
                                """
                                package dev.adit.protocol.session;
                                class Direct { Object o = new dev.adit.protocol.noise.Shake(); }
                                """)
                        .compile();
        assertThat(Architecture.packages().violations(classes))
                .isNotEmpty()
                .allMatch(
                        line ->
                                line.startsWith(
                                        "dev.adit.protocol.session must not use"
                                                + " dev.adit.protocol.noise: "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "class Field { dev.adit.tools.Wg[] f; }",
                "class Parameter { void m(java.util.List<dev.adit.tools.Wg> p) {} }",
                "abstract class Result { abstract dev.adit.tools.Wg m(); }",
                "class Sub extends dev.adit.tools.Wg {}",
                "class Check { boolean m(Object o) { return o instanceof dev.adit.tools.Wg; } }",
                "class Literal { Object m() { return dev.adit.tools.Wg.class; } }",
                "class Reference { Runnable m() { return dev.adit.tools.Wg::run; } }",
                "class Lambda { Runnable m() { return () -> dev.adit.tools.Wg.run(); } }",
                "class Inner { static class In { void m() { dev.adit.tools.Wg.run(); } } }",
                "@dev.adit.tools.Wg.Mark class Annotated {}",
            })
    void findsEveryKindOfEdge(String source) throws IOException {
        JavaClasses classes =
                new Planted(folder)
                        .write(
                                """
                                package dev.adit.tools;
                                public class Wg {
                                    public static void run() {}
                                    public @interface Mark {}
                                }
                                """)
                        .write("package dev.adit.protocol.wire; " + source)
                        .compile();
        assertThat(Architecture.packages().violations(classes))
                .isNotEmpty()
                .allMatch(line -> line.startsWith("dev.adit.protocol.wire must not use"));
    }

    @Test
    void findsAPackageThatIsNotInTheMap() throws IOException {
        JavaClasses classes =
                new Planted(folder).write("package dev.adit.protocol.stuff; class A {}").compile();
        assertThat(Architecture.packages().violations(classes))
                .containsExactly("dev.adit.protocol.stuff is not in the map of packages");
    }

    @Test
    void allowsWhatTheMapAllows() throws IOException {
        JavaClasses classes =
                new Planted(folder)
                        .write("package dev.adit.protocol.keys; public class Key {}")
                        .write(
                                """
                                package dev.adit.protocol.noise;
                                class Shake { dev.adit.protocol.keys.Key key; }
                                """)
                        .compile();
        assertThat(Architecture.packages().violations(classes)).isEmpty();
    }

    @Test
    void theMapCannotHaveACycle() {
        PackageMap map = new PackageMap().module("m").add("a", "");
        assertThatThrownBy(() -> map.add("b", "c")).hasMessage("c does not come before");
        assertThatThrownBy(() -> map.add("b", "b")).hasMessage("b does not come before");
        assertThatThrownBy(() -> map.add("a", "")).hasMessage("a is there twice");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "long m() { return System.nanoTime(); }",
                "long m() { return System.currentTimeMillis(); }",
                "Object m() { return java.time.Instant.now(); }",
                "java.util.function.LongSupplier m() { return System::nanoTime; }",
                "java.time.Clock c;",
                "void m() { new Thread(() -> {}).start(); }",
                "boolean m() { return Thread.interrupted(); }",
                "Object lock = new java.util.concurrent.locks.ReentrantLock();",
                "Object queue = new java.util.concurrent.ArrayBlockingQueue<>(1);",
                "int m() { return java.util.concurrent.ThreadLocalRandom.current().nextInt(); }",
                "Object m() { return new java.util.Random(); }",
                "java.security.SecureRandom r;",
                "double m() { return Math.random(); }",
                "java.net.InetAddress a;",
                "java.nio.channels.DatagramChannel c;",
                "java.nio.file.Path p;",
                "java.io.InputStream in;",
                "void m() throws java.io.IOException {}",
                "Object m() { return System.getenv(\"HOME\"); }",
                "void m() { System.out.println(); }",
                "void m() { new Throwable().printStackTrace(); }",
                "Object m() { return System.getLogger(\"x\"); }",
                "System.Logger log;",
                "System.Logger.Level level;",
                "javax.crypto.Cipher cipher;",
                "Object m(java.lang.foreign.MemorySegment s) { return s.reinterpret(1); }",
            })
    void findsWhatTheProtocolMustNotTouch(String member) throws IOException {
        assertForbidden(Architecture::inProtocol, "dev.adit.protocol.session", member);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Object map = new java.util.concurrent.ConcurrentHashMap<>().keySet(1);",
                "Object number = new java.util.concurrent.atomic.AtomicLong();",
                "java.util.random.RandomGenerator random;",
                "static final class E extends Exception { static final long serialVersionUID = 1;"
                        + " }",
                "Object m() { return java.time.Instant.ofEpochSecond(0); }",
            })
    void allowsWhatTheProtocolMayTouch(String member) throws IOException {
        assertThat(Architecture.inProtocol(plant("dev.adit.protocol.session", member))).isEmpty();
    }

    @Test
    void theCryptoPackageAloneMayUseTheCryptographyOfTheJdk() throws IOException {
        JavaClasses classes = plant("dev.adit.protocol.crypto", "javax.crypto.Cipher cipher;");
        assertThat(Architecture.inProtocol(classes)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "void m() { System.exit(1); }",
                "void m() { Runtime.getRuntime().halt(1); }",
                "void m() { System.out.println(); }",
                "void m() { System.err.println(); }",
                "Runnable m() { return System.err::println; }",
                "void m() { new Throwable().printStackTrace(); }",
            })
    void findsWhatOnlyAProgramMayTouch(String member) throws IOException {
        assertForbidden(Architecture::inDevice, "dev.adit.ip.port", member);
        assertForbidden(Architecture::inOs, "dev.adit.os.linux", member);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Object m(java.lang.foreign.MemorySegment s) { return s.reinterpret(1); }",
                "Object m(java.lang.foreign.FunctionDescriptor d) {"
                        + " return java.lang.foreign.Linker.nativeLinker().downcallHandle(d); }",
                "Object m(java.lang.foreign.Arena a) {"
                        + " return java.lang.foreign.SymbolLookup.libraryLookup(\"c\", a); }",
                "void m() { System.loadLibrary(\"c\"); }",
            })
    void findsNativeAccessOutsideItsTwoPackages(String member) throws IOException {
        assertForbidden(Architecture::inProtocol, "dev.adit.protocol.wire", member);
        assertForbidden(Architecture::inDevice, "dev.adit.ip.port", member);
        assertForbidden(Architecture::inOs, "dev.adit.os.linux", member);
        assertForbidden(Architecture::inTools, "dev.adit.tools", member);
        assertThat(Architecture.inOs(plant("dev.adit.os.ffi", member))).isEmpty();
        assertThat(Architecture.inOs(plant("dev.adit.libcrypto", member))).isEmpty();
    }

    @Test
    void findsASleepingTest() throws IOException {
        String sleep = "void m() throws InterruptedException { Thread.sleep(1); }";
        assertForbidden(Architecture::inTests, "dev.adit.protocol.wire", sleep);
        String unit = "{ java.util.concurrent.TimeUnit.SECONDS.sleep(1); }";
        assertForbidden(
                Architecture::inTests,
                "dev.adit.protocol.wire",
                "void m() throws InterruptedException " + unit);
    }

    @Test
    void findsAModuleThatNeedsOpensOrExportsTooMuch() {
        ModuleDescriptor module =
                ModuleDescriptor.newModule("dev.adit.m")
                        .requires(Set.of(Requires.Modifier.MANDATED), "java.base")
                        .requires("dev.adit.other")
                        .requires("java.sql")
                        .requires("org.jspecify")
                        .exports("a")
                        .exports("b", Set.of("dev.adit.other"))
                        .opens("c")
                        .build();
        assertThat(Architecture.inDescriptor(module, true))
                .containsExactlyInAnyOrder(
                        "dev.adit.m requires java.sql",
                        "dev.adit.m requires org.jspecify",
                        "dev.adit.m exports b to [dev.adit.other]",
                        "dev.adit.m opens c");
        assertThat(Architecture.inDescriptor(module, false)).contains("dev.adit.m exports a");
    }

    @Test
    void allowsTheAnnotationsThatAreForCompilersAlone() {
        ModuleDescriptor module =
                ModuleDescriptor.newModule("dev.adit.m")
                        .requires(Set.of(Requires.Modifier.STATIC), "org.jspecify")
                        .build();
        assertThat(Architecture.inDescriptor(module, true)).isEmpty();
    }

    @Test
    void findsTypesOfTheApiThatItsUsersCannotName() throws IOException {
        Planted planted =
                new Planted(folder)
                        .write("package dev.adit.m.hidden; public class Hidden {}")
                        .write("package dev.adit.o; public class Other {}")
                        .write("package dev.adit.t; public class Third {}")
                        .write(
                                "package dev.adit.m; public class Api { public void"
                                    + " m(java.util.List<dev.adit.m.hidden.Hidden[]> l) {}"
                                    + " protected dev.adit.o.Other f; public dev.adit.t.Third g() {"
                                    + " return null; } void own(dev.adit.o.Other o) {} }");
        ModuleDescriptor module =
                ModuleDescriptor.newModule("dev.adit.m")
                        .requires("dev.adit.o")
                        .requires(Set.of(Requires.Modifier.TRANSITIVE), "dev.adit.t")
                        .exports("dev.adit.m")
                        .build();
        assertThat(new ApiTypes(module).hidden(planted.compile()))
                .containsExactly(
                        "dev.adit.m.Api names dev.adit.m.hidden.Hidden",
                        "dev.adit.m.Api names dev.adit.o.Other");
    }

    @Test
    void findsAPackageWithoutItsInfo() throws IOException {
        Planted planted = new Planted(folder).write("package a.b; class C {}");
        assertThat(new Sources(planted.sources()).withoutPackageInfo())
                .containsExactly("a/b has no package-info.java");
    }

    @Test
    void findsFilesAndMethodsThatAreTooLong() throws IOException {
        String method = "    void m() {\n" + "        ;\n".repeat(8) + "    }\n";
        Planted planted = new Planted(folder).write("package a; class C {\n" + method + "}\n");
        Sources sources = new Sources(planted.sources());
        assertThat(sources.methodsLongerThan(10)).isEmpty();
        assertThat(sources.methodsLongerThan(9)).containsExactly("C.m has 10 lines");
        assertThat(sources.filesLongerThan(12)).isEmpty();
        assertThat(sources.filesLongerThan(11)).containsExactly("a/C.java has 12 lines");
    }

    private void assertForbidden(
            Function<JavaClasses, List<String>> rule, String name, String member)
            throws IOException {
        assertThat(rule.apply(plant(name, member))).as(name + ": " + member).isNotEmpty();
    }

    private JavaClasses plant(String name, String member) throws IOException {
        Planted planted = new Planted(folder.resolve(name));
        return planted.write("package " + name + "; class Planted { " + member + " }").compile();
    }
}
