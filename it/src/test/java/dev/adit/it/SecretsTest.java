package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adit.it.lab.Command;
import dev.adit.it.lab.Host;
import dev.adit.it.lab.Keys;
import dev.adit.it.lab.KnownPeer;
import dev.adit.it.lab.MeasurementReport;
import dev.adit.it.lab.MemoryImage;
import dev.adit.it.lab.MemoryImage.Mapping;
import dev.adit.it.lab.Netns;
import dev.adit.it.lab.Outcome;
import dev.adit.it.lab.SecretScanner;
import dev.adit.it.lab.Software;
import dev.adit.it.lab.TemporaryFolder;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Where the keys of a running daemon are, and that they are gone when they are not needed.
///
/// ```
/// ┌─────────┐ loopback ┌──────────────────────────────────────┐
/// │ a: ours ├──────────┤ a peer that tells what it has derived │
/// └─────────┘          └──────────────────────────────────────┘
/// ```
///
/// The daemon has been configured by both tools, with a hundred further preshared keys, has shown
/// its configuration to both, and has a session that carried data, when its memory is searched.
@TestMethodOrder(OrderAnnotation.class) // each takes away what the one before has looked for
class SecretsTest {
    private static final int PEERS = 100;
    private static final TemporaryFolder FOLDER = new TemporaryFolder();
    private static final Keys PEER = Keys.generate();
    private static final String PSK = Keys.preshared();
    private static final List<String> FIGURES = new ArrayList<>();

    /// What the peer derived, by name.
    private static final Map<String, byte[]> DERIVED = new TreeMap<>();

    private static final List<String> CROWD = new ArrayList<>();
    private static Netns netns;
    private static Host host;

    @BeforeAll
    static void start() throws IOException {
        netns = Netns.create("a");
        host = Host.start(netns, Software.subject(), 51820).address("10.9.0.1/24").up();
        String conf = conf();
        for (String tool : new String[] {ADIT, "wg"}) {
            run(tool, "setconf", host.device(), file("conf", conf).toString());
            run(
                    tool,
                    "set",
                    host.device(),
                    "peer",
                    PEER.publicKey(),
                    "preshared-key",
                    file("psk", PSK).toString(),
                    "allowed-ips",
                    "10.9.0.2/32");
            assertThat(run(tool, "showconf", host.device()).out()).contains(PSK);
            run(tool, "show", host.device(), "dump");
        }
        derive();
    }

    private static String conf() {
        StringBuilder conf = new StringBuilder("[Interface]\nListenPort = 51820\nPrivateKey = ");
        conf.append(host.privateKey()).append('\n');
        for (int i = 0; i < PEERS; i++) {
            CROWD.add(random());
            conf.append("[Peer]\nPublicKey = ").append(random());
            conf.append("\nPresharedKey = ").append(CROWD.getLast()).append('\n');
        }
        return conf.toString();
    }

    private static String random() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static void derive() {
        Outcome told =
                KnownPeer.in(netns, "51820", host.publicKey(), PEER.privateKey(), PSK)
                        .within(LIMIT)
                        .run()
                        .ok();
        for (String line : told.lines()) {
            int space = line.lastIndexOf(' ');
            DERIVED.put(
                    line.substring(0, space), HexFormat.of().parseHex(line.substring(space + 1)));
        }
        assertThat(DERIVED).hasSize(5);
    }

    @AfterAll
    static void stop() {
        if (!FIGURES.isEmpty()) MeasurementReport.keep("secrets", FIGURES);
        if (host != null) host.close();
        if (netns != null) netns.close();
        FOLDER.close();
    }

    @Test
    @Order(1)
    void noKeyIsInADumpOfTheHeap() throws IOException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        assumeTrue(Files.isExecutable(jcmd), "no jcmd");
        for (String which : new String[] {"", "-all"}) {
            Path dump = FOLDER.file("heap" + which);
            List<String> argv = new ArrayList<>(List.of(jcmd.toString(), pid(), "GC.heap_dump"));
            if (!which.isEmpty()) argv.add(which);
            argv.add(dump.toString());
            Command.of(argv).within(LIMIT).run().ok();
            assertThat(Files.size(dump)).isGreaterThan(1 << 20);
            assertThat(mode(dump)).isEqualTo("rw-------");
            assertThat(secrets().in(dump)).as("in the heap dump %s", which).isEmpty();
            figure("Heap dump" + (which.isEmpty() ? " of live objects" : ", `-all`"), Set.of());
            Files.delete(dump);
        }
    }

    @Test
    @Order(2)
    void noKeyIsInACore() throws IOException {
        Software.requireTool("gcore");
        Command.of("gcore", "-o", FOLDER.file("core").toString(), pid()).within(LIMIT).run().ok();
        Path core = FOLDER.file("core." + pid());
        Set<String> found = secrets().in(core);
        assertThat(found).isEmpty();
        figure("Core by `gcore`, " + Files.size(core) / 1024 + " KiB", found);
        Files.delete(core);
        String filter = Files.readString(Path.of("/proc", pid(), "coredump_filter")).strip();
        assertThat(Integer.parseInt(filter, 16) & ANONYMOUS).isZero();
        assertThat(Files.readString(Path.of("/proc", pid(), "limits")))
                .containsPattern("Max core file size +0 +0");
    }

    @Test
    @Order(3)
    void longLivedKeysLieInLockedPagesAlone() throws IOException {
        Map<String, Set<Mapping>> found = find(secrets());
        Set<String> elsewhere =
                found.entrySet().stream()
                        .filter(e -> e.getValue().stream().anyMatch(Mapping::dumped))
                        .map(Map.Entry::getKey)
                        .collect(Collectors.toSet());
        figure("Memory outside the locked pages", elsewhere);
        // libcrypto keeps what it computes with in memory of its own: see SECURITY.md.
        assertThat(elsewhere).isSubsetOf("session receiving as bytes", "session sending as bytes");
        assertThat(found)
                .containsKeys(
                        "private key as bytes",
                        "preshared key as bytes",
                        "preshared key 7 as bytes",
                        "static-static as bytes");
        Mapping pages = found.get("private key as bytes").iterator().next();
        assertThat(pages.flags()).contains("lo", "dd", "wf");
    }

    @Test
    @Order(4)
    void nothingOfAPeerIsLeftOnceItIsRemoved() throws IOException {
        run("wg", "set", host.device(), "peer", PEER.publicKey(), "remove");
        SecretScanner gone = new SecretScanner().add("preshared key", PSK);
        DERIVED.forEach(gone::add);
        Map<String, Set<Mapping>> found = find(gone);
        figure("All memory, once the peer is removed", found.keySet());
        assertThat(found).isEmpty();
    }

    @Test
    @Order(5)
    void nothingOfASessionIsLeftOnceTheInterfaceIsDown() throws IOException {
        run(
                ADIT,
                "set",
                host.device(),
                "peer",
                PEER.publicKey(),
                "preshared-key",
                file("psk", PSK).toString(),
                "allowed-ips",
                "10.9.0.2/32");
        DERIVED.clear();
        derive();
        assertThat(find(secrets())).containsKey("session sending as bytes");
        run("ip", "link", "set", host.device(), "down");
        SecretScanner gone = new SecretScanner();
        DERIVED.forEach(
                (name, secret) -> {
                    if (!name.equals("static-static")) gone.add(name, secret);
                });
        Map<String, Set<Mapping>> found = find(gone);
        figure("All memory, session keys, once the interface is down", found.keySet());
        assertThat(found).isEmpty();
    }

    @Test
    @Order(6)
    void nothingIsLeftOfAConfigurationThatWasReplaced() throws IOException {
        run("wg", "setconf", host.device(), file("empty", "").toString());
        Map<String, Set<Mapping>> found = find(secrets());
        figure("All memory, once the configuration is replaced", found.keySet());
        assertThat(found).isEmpty();
    }

    @Test
    @Order(7)
    void nobodyElseMayConnectToTheSocket() throws IOException {
        assertThat(mode(host.socket())).endsWith("------");
        assertThat(mode(host.socket().getParent())).doesNotMatch(".{4}w.*|.{7}w.*");
    }

    private static Map<String, Set<Mapping>> find(SecretScanner needles) throws IOException {
        return MemoryImage.of(host.daemon().pid()).find(needles);
    }

    private static SecretScanner secrets() {
        SecretScanner all =
                new SecretScanner().add("private key", host.privateKey()).add("preshared key", PSK);
        for (int i = 0; i < PEERS; i++) all.add("preshared key " + i, CROWD.get(i));
        DERIVED.forEach(all::add);
        return all;
    }

    private static void figure(String where, Set<String> found) {
        String what = found.isEmpty() ? "nothing" : String.join(", ", found);
        FIGURES.add("| " + where + " | " + what + " |");
    }

    private static String pid() {
        return String.valueOf(host.daemon().pid());
    }

    private static Outcome run(String... argv) {
        return netns.command(argv).within(LIMIT).run().ok();
    }

    private static Path file(String name, String text) throws IOException {
        return Files.writeString(FOLDER.file(name), text + "\n");
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    private static final Duration LIMIT = Duration.ofMinutes(1);

    /// The bits of memory that belongs to no file, see core(5).
    private static final int ANONYMOUS = 0x63;

    private static final String ADIT =
            Path.of(System.getProperty("adit.root"), "adit").normalize().toString();
}
