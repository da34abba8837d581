package dev.adit.tools.quick;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.device.config.DeviceInfo;
import dev.adit.tools.host.StateFolder;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/// What the verbs say and answer, on a fake system.
class QuickTest {

    @TempDir Path folder;
    private QuickFixture bench;

    @BeforeEach
    void ownFolder() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        bench = new QuickFixture(folder);
    }

    // --- The command line ---

    @ParameterizedTest
    @ValueSource(strings = {"up", "down", "save", "strip"})
    void showsItsUsageWhenArgumentsAreMissingOrTooMany(String verb) {
        assertThat(bench.run(verb)).isEqualTo(1);
        assertThat(bench.err()).startsWith("Usage: adit [ up | down | save | strip ]");
        assertThat(bench.run(verb, "a", "b")).isEqualTo(1);
        assertThat(bench.err()).startsWith("Usage: ");
        assertThat(bench.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-h", "--help", "help"})
    void showsItsUsageWhenAsked(String word) {
        assertThat(bench.run("up", word)).isZero();
        assertThat(bench.err()).startsWith("Usage: ");
    }

    @Test
    void rehearsesOnlyUpAndDown() {
        assertThat(bench.run("save", "--dry-run", "wg0")).isEqualTo(1);
        assertThat(bench.err()).startsWith("adit: `--dry-run' is not an option of `save'\nUsage: ");
        assertThat(bench.run("frob", "wg0")).isEqualTo(1);
    }

    @Test
    void takesOptionsBehindTheInterfaceToo() throws IOException {
        bench.write("wg0", "[Interface]\n");
        assertThat(bench.run("up", "wg0", "--dry-run")).isZero();
        assertThat(bench.out()).startsWith("[#] aditd wg0\n");
        assertThat(bench.run("up", "wg0", "--help")).isZero();
        assertThat(bench.err()).startsWith("Usage: ");
        assertThat(bench.system.log).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"up", "down", "save", "strip"})
    void takesNoOptionForAName(String verb) throws IOException {
        bench.write("-x", "[Interface]\n");
        bench.write("--dryrun", "[Interface]\n");
        for (String word : List.of("-x", "--dryrun")) {
            assertThat(bench.run(verb, word)).isEqualTo(1);
            assertThat(bench.err())
                    .startsWith("adit: `" + word + "' is not an option of `" + verb + "'\nUsage");
            assertThat(bench.run(verb, "wg0", word)).isEqualTo(1);
            assertThat(bench.run(verb, folder + "/" + word + ".conf")).isEqualTo(1);
            assertThat(bench.said())
                    .isEqualTo(
                            "adit: The config file must be a valid interface name, followed by"
                                    + " .conf");
        }
        assertThat(bench.system.log).isEmpty();
    }

    // --- The file ---

    @Test
    void findsAnInterfaceByItsNameAlone() throws IOException {
        bench.write("wg0", "[Interface]\n");
        assertThat(bench.run("strip", "wg0")).isZero();
        assertThat(bench.out()).isEqualTo("[Interface]\n\n");
    }

    @Test
    void refusesAFileThatDoesNotExist() {
        String path = folder + "/wg0.conf";
        assertThat(bench.run("up", "wg0")).isEqualTo(1);
        assertThat(bench.err()).isEqualTo("adit: `" + path + "' does not exist\n");
        assertThat(bench.run("up", path)).isEqualTo(1);
        assertThat(bench.err()).isEqualTo("adit: `" + path + "' does not exist\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "wg0.txt",
                "a-name-that-is-too-long.conf",
                "wg 0.conf",
                ".conf",
                "..conf",
                "...conf"
            })
    void refusesAFileThatIsNotCalledAfterAnInterface(String name) throws IOException {
        Path file = Files.writeString(folder.resolve(name), "[Interface]\n");
        assertThat(bench.run("down", file.toString())).isEqualTo(1);
        assertThat(bench.err())
                .isEqualTo(
                        "adit: The config file must be a valid interface name, followed by"
                                + " .conf\n");
    }

    @Test
    void takesTheInterfaceFromTheNameThatWasGivenNotFromWhereALinkLeads() throws IOException {
        Path target = bench.write("target", "[Interface]\nSaveConfig = true\n");
        Files.createSymbolicLink(folder.resolve("wg7.conf"), target);
        assertThat(bench.run("up", folder + "/wg7.conf")).isZero();
        assertThat(bench.system.links).containsKey("wg7");
        assertThat(bench.run("down", folder + "/wg7.conf")).isZero();
        assertThat(Files.isSymbolicLink(folder.resolve("wg7.conf"))).isTrue();
        assertThat(target).content().contains("SaveConfig = true");
    }

    @Test
    void warnsOfAFileThatEveryoneCanRead() throws IOException {
        Path file = bench.write("wg0", "[Interface]\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(bench.run("strip", "wg0")).isZero();
        assertThat(bench.err()).isEqualTo("Warning: `" + file + "' is world accessible\n");

        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-x---"));
        assertThat(bench.run("strip", "wg0")).isZero();
        assertThat(bench.err()).isEmpty();
    }

    @Test
    void refusesWhatIsNeitherTrueNorFalse() throws IOException {
        bench.write("wg0", "[Interface]\nSaveConfig = maybe\n");
        assertThat(bench.run("up", "wg0")).isEqualTo(1);
        assertThat(bench.err())
                .contains(":2: [Interface] SaveConfig: `maybe' is neither true nor false\n");
    }

    @Test
    void namesAFileThatCannotBeRead() throws IOException {
        Path file = Files.createDirectory(folder.resolve("wg0.conf"));
        assertThat(bench.run("strip", "wg0")).isEqualTo(1);
        assertThat(bench.err()).contains("`" + file + "' cannot be read: Is a directory\n");
    }

    @Test
    void stripsWhatIsNotForWg() throws IOException {
        bench.write("wg0", QuickFixture.FULL);
        assertThat(bench.run("strip", "wg0")).isZero();
        assertThat(bench.out())
                .isEqualTo(
                        QuickFixture.FULL.replaceAll("(?m)^(Address|DNS|Pre|Post).*\n", "") + "\n");
    }

    // --- up ---

    @Test
    void refusesToBringUpWhatExists() throws IOException {
        bench.write("wg0", "[Interface]\n");
        bench.system.links.put("wg0", new ArrayList<>());
        assertThat(bench.run("up", "wg0")).isEqualTo(1);
        assertThat(bench.err()).isEqualTo("adit: `wg0' already exists\n");
        assertThat(bench.system.links).containsKey("wg0");
    }

    @Test
    void refusesToBringUpWhatSomebodyElseBringsUp() throws IOException {
        bench.write("wg0", "[Interface]\n");
        bench.write("wg1", "[Interface]\n");
        UpRecord other =
                new UpRecord(new StateFolder(folder.resolve("journals")), "wg0", "net:[1]");
        try (FileChannel _ = other.lockName()) {
            other.write(new UpRecord.Entry(51820, false, List.of()));
            assertThat(bench.run("up", "wg0")).isEqualTo(1);
            assertThat(bench.err()).isEqualTo("adit: `wg0' is being brought up already\n");
            assertThat(bench.system.log).isEmpty();
            assertThat(other.read()).as("the notes of the other").isPresent();
            assertThat(bench.run("up", "wg1")).isZero();
        }
        assertThat(bench.run("up", "wg0")).isZero();
    }

    @Test
    void refusesANameThatIsTakenInAnotherNamespace() throws IOException {
        bench.write("wg0", "[Interface]\n");
        bench.system.devices.put("wg0", new FakeDevice());
        assertThat(bench.run("up", "wg0")).isEqualTo(1);
        assertThat(bench.err())
                .isEqualTo("adit: `wg0' already exists, in another network namespace\n");
        assertThat(bench.run("down", "wg0")).isEqualTo(1);
        assertThat(bench.err()).isEqualTo("adit: `wg0' is not a WireGuard interface\n");
        assertThat(bench.system.log).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Foo = 1 | Line unrecognized: `Foo=1' | Configuration parsing error",
                "FwMark = x | Fwmark is neither 0/off nor 0-0xffffffff: `x' | Configuration"
                        + " parsing error",
                "[Peer] | A peer is missing a public key | Invalid configuration"
            })
    void refusesABadConfigurationBeforeItChangesAnything(
            String line, String said, String conclusion) throws IOException {
        bench.write("wg0", "[Interface]\n" + line + "\n");
        assertThat(bench.run("up", "wg0")).isEqualTo(1);
        assertThat(bench.err()).endsWith(": " + said + "\n" + conclusion + "\n");
        assertThat(bench.system.log).isEmpty();
    }

    @Test
    void refusesWithoutADaemonBeforeItChangesAnything() throws IOException {
        bench.write("wg0", "[Interface]\n");
        bench.system.programs.remove("aditd");
        assertThat(bench.run("up", "wg0")).isEqualTo(1);
        assertThat(bench.err()).isEqualTo("adit: aditd: command not found\n");
        assertThat(bench.system.log).isEmpty();
    }

    @Test
    void refusesNameServersThatNobodyTakesBeforeItChangesAnything() throws IOException {
        bench.write("wg0", "[Interface]\nDNS = 192.0.2.53\n");
        bench.system.programs.remove("resolvconf");
        assertThat(bench.run("up", "wg0")).isEqualTo(1);
        assertThat(bench.err())
                .isEqualTo("adit: DNS needs resolvconf or resolvectl, and neither is installed\n");
        assertThat(bench.system.log).isEmpty();
    }

    @Test
    void undoesADefaultRouteThatNoPacketFilterCanGuard() throws IOException {
        String before = bench.system.snapshot();
        bench.write("wg0", QuickFixture.FULL);
        bench.system.programs.remove("nft");
        assertThat(bench.run("up", "wg0")).isEqualTo(1);
        assertThat(bench.said())
                .isEqualTo("adit: a default route needs nft or iptables, and neither is installed");
        assertThat(bench.system.snapshot()).isEqualTo(before);
    }

    @Test
    void startsTheDaemonOfTheEnvironment() throws IOException {
        bench.write("wg0", "[Interface]\n");
        bench.environment.put("WG_QUICK_USERSPACE_IMPLEMENTATION", "other");
        assertThat(bench.run("up", "wg0")).isEqualTo(1);
        assertThat(bench.err()).isEqualTo("adit: other: command not found\n");
    }

    @Test
    void endsWithTheStatusOfTheHookThatFails() throws IOException {
        String before = bench.system.snapshot();
        bench.write("wg0", "[Interface]\nPostUp = exit 9\nPostDown = echo no\n");
        assertThat(bench.run("up", "wg0")).isEqualTo(9);
        assertThat(bench.system.hooks()).containsExactly("exit 9");
        assertThat(bench.system.snapshot()).isEqualTo(before);
    }

    @Test
    void putsTheInterfaceIntoHooks() throws IOException {
        bench.write("wg0", "[Interface]\nPreUp = echo %i-%i\n");
        assertThat(bench.run("up", "wg0")).isZero();
        assertThat(bench.system.hooks()).containsExactly("echo wg0-wg0");
        assertThat(bench.err()).contains("[#] echo wg0-wg0\n");
    }

    @Test
    void saysWhatTheDeviceRefuses() throws IOException {
        bench.write("wg0", "[Interface]\nListenPort = 1\n");
        bench.system.nextDevice.refusal = "set: EADDRINUSE: Address already in use";
        assertThat(bench.run("up", "wg0")).isEqualTo(1);
        assertThat(bench.said())
                .isEqualTo("Unable to modify interface: set: EADDRINUSE: Address already in use");
    }

    @Test
    void undoesAnInterfaceThatItsDaemonSetsDownAgain() throws IOException {
        String before = bench.system.snapshot();
        bench.write("wg0", "[Interface]\nPostUp = echo up\n");
        bench.system.setsDown = true;
        assertThat(bench.run("up", "wg0")).isEqualTo(1);
        assertThat(bench.said())
                .isEqualTo("adit: `wg0' was set down by its daemon, whose log says why");
        assertThat(bench.system.hooks()).isEmpty();
        assertThat(bench.system.snapshot()).isEqualTo(before);
    }

    @Test
    void waitsForTheDaemonToSayWhetherItHasSockets() throws IOException {
        String before = bench.system.snapshot();
        bench.write("wg0", "[Interface]\nPostUp = echo up\n");
        Queue<DeviceInfo> notes = bench.system.nextDevice.notes;
        notes.clear();
        for (int i = 0; i < 3; i++) notes.add(notes(DeviceInfo.Link.DOWN, ""));
        notes.add(notes(DeviceInfo.Link.DOWN, "bind: EADDRINUSE: Address already in use"));
        bench.system.setsDown = true;
        assertThat(bench.run("up", "wg0")).isEqualTo(1);
        assertThat(bench.said())
                .isEqualTo("adit: `wg0' has no sockets: bind: EADDRINUSE: Address already in use");
        assertThat(bench.system.hooks()).isEmpty();
        assertThat(bench.system.snapshot()).isEqualTo(before);
    }

    /// It failed before; while the interface is up, the daemon has not seen that yet.
    @Test
    void waitsWhileTheDaemonTellsOfAnEarlierFailure() throws IOException {
        bench.write("wg0", "[Interface]\n");
        Queue<DeviceInfo> notes = bench.system.nextDevice.notes;
        notes.clear();
        for (int i = 0; i < 3; i++) notes.add(notes(DeviceInfo.Link.DOWN, "bind: EADDRINUSE"));
        notes.add(notes(DeviceInfo.Link.UP, ""));
        assertThat(bench.run("up", "wg0")).isZero();
        assertThat(notes).hasSize(1);
    }

    @Test
    void hooksAfterUpRunWhenTheDaemonHasSockets() throws IOException {
        bench.write("wg0", "[Interface]\nPostUp = echo up\n");
        Queue<DeviceInfo> notes = bench.system.nextDevice.notes;
        notes.clear();
        for (int i = 0; i < 3; i++) notes.add(notes(DeviceInfo.Link.DOWN, ""));
        notes.add(notes(DeviceInfo.Link.UP, ""));
        assertThat(bench.run("up", "wg0")).isZero();
        assertThat(notes).hasSize(1);
        assertThat(bench.system.hooks()).containsExactly("echo up");
    }

    private static DeviceInfo notes(DeviceInfo.Link link, String failure) {
        return new DeviceInfo(link, failure, false, false, List.of(), Map.of());
    }

    @Test
    void refusesARetryCountThatIsNone() throws IOException {
        bench.write("wg0", "[Interface]\n");
        bench.environment.put("WG_ENDPOINT_RESOLUTION_RETRIES", "often");
        assertThat(bench.run("up", "wg0")).isEqualTo(1);
        assertThat(bench.said())
                .isEqualTo("Unable to parse WG_ENDPOINT_RESOLUTION_RETRIES: `often'");
    }

    @Test
    void takesTheNextTableWhenOneIsInUse() throws IOException {
        bench.write("wg0", QuickFixture.FULL);
        bench.write("wg1", QuickFixture.FULL);
        assertThat(bench.run("up", "wg0")).isZero();
        String one = bench.system.snapshot();
        assertThat(bench.run("up", "wg1")).isZero();
        assertThat(bench.system.routes).contains("-4 0.0.0.0/0 dev wg1 table 51821");

        assertThat(bench.run("down", "wg1")).isZero();
        assertThat(bench.system.snapshot()).isEqualTo(one);
    }

    @Test
    void leavesTheRulesOfATunnelThatCameLater() throws IOException {
        String before = bench.system.snapshot();
        bench.write("wg0", QuickFixture.FULL);
        bench.write("wg1", QuickFixture.FULL);
        assertThat(bench.run("up", "wg0")).isZero();
        assertThat(bench.run("up", "wg1")).isZero();
        assertThat(bench.run("down", "wg0")).isZero();
        assertThat(bench.system.rules.get("-4").values())
                .contains("not from all fwmark 0xca6d lookup 51821")
                .contains("from all lookup main suppress_prefixlength 0");
        assertThat(bench.run("down", "wg1")).isZero();
        assertThat(bench.system.snapshot()).isEqualTo(before);
    }

    // --- down and save ---

    @ParameterizedTest
    @ValueSource(strings = {"down", "save"})
    void refusesWhatIsNotATunnel(String verb) throws IOException {
        bench.write("eth0", "[Interface]\n");
        bench.write("wg0", "[Interface]\n");
        for (String name : List.of("eth0", "wg0")) {
            assertThat(bench.run(verb, name)).isEqualTo(1);
            assertThat(bench.err())
                    .isEqualTo("adit: `" + name + "' is not a WireGuard interface\n");
        }
        assertThat(bench.system.links).containsKey("eth0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"down", "save"})
    void refusesAnInterfaceOfTheKernel(String verb) throws IOException {
        bench.write("wg0", "[Interface]\n");
        bench.system.links.put("wg0", new ArrayList<>());
        bench.system.answers.put(
                "ip -d link show dev wg0", "7: wg0: <UP> mtu 1420\n    wireguard addrgenmode none");
        assertThat(bench.run(verb, "wg0")).isEqualTo(1);
        assertThat(bench.err())
                .isEqualTo("adit: `wg0' belongs to the kernel's WireGuard: use wg-quick\n");
        assertThat(bench.system.links).containsKey("wg0");
    }

    @Test
    void runsEverythingOfDownInOrder() throws IOException {
        bench.write("wg0", QuickFixture.FULL + "[Interface]\nSaveConfig = true\n");
        assertThat(bench.run("up", "wg0")).isZero();
        assertThat(bench.run("down", "wg0")).isZero();
        assertThat(bench.err().lines())
                .containsExactly(
                        "[#] echo pre-down",
                        "[#] adit save " + folder.toRealPath() + "/wg0.conf",
                        "[#] ip -4 rule delete pref 32764 table main suppress_prefixlength 0",
                        "[#] ip -4 rule delete pref 32765 table 51820",
                        "[#] ip -6 rule delete pref 32764 table main suppress_prefixlength 0",
                        "[#] ip -6 rule delete pref 32765 table 51820",
                        "[#] ip link delete dev wg0",
                        "[#] resolvconf -d wg0 -f",
                        "[#] nft -f /dev/stdin",
                        "[#] ip -4 -force -batch -",
                        "[#] ip -6 -force -batch -",
                        "[#] echo post-down");
    }

    @Test
    void takesDownWhatAnotherProgramBroughtUp() throws IOException {
        String before = bench.system.snapshot();
        bench.write("wg0", QuickFixture.FULL);
        assertThat(bench.run("up", "wg0")).isZero();
        Files.delete(folder.resolve("journals/wg0.wg-quick-state"));
        bench.system.routes.removeIf(route -> route.contains(" unreachable "));
        assertThat(bench.run("down", "wg0")).isZero();
        assertThat(bench.said()).isEmpty();
        assertThat(bench.system.snapshot()).isEqualTo(before);
    }

    @Test
    void removesNothingWhenPreDownFails() throws IOException {
        bench.write("wg0", "[Interface]\nPreDown = exit 9\n");
        assertThat(bench.run("up", "wg0")).isZero();
        assertThat(bench.run("down", "wg0")).isEqualTo(9);
        assertThat(bench.system.links).containsKey("wg0");
    }

    @Test
    void endsWithTheStatusOfAFailedPostDown() throws IOException {
        bench.write("wg0", "[Interface]\nPostDown = exit 9\n");
        assertThat(bench.run("up", "wg0")).isZero();
        assertThat(bench.run("down", "wg0")).isEqualTo(9);
        assertThat(bench.system.links).doesNotContainKey("wg0");
        assertThat(folder.resolve("journals/wg0.wg-quick-state")).doesNotExist();
    }

    @Test
    void takesNoNoticeOfAnotherNamespacesJournal() throws IOException {
        bench.write("wg0", "[Interface]\n");
        Files.createDirectories(folder.resolve("journals"));
        Path journal = folder.resolve("journals/wg0.wg-quick-state");
        Files.writeString(journal, "net:[2]\n51820\ncomplete\n");
        assertThat(bench.run("down", "wg0")).isEqualTo(1);
        assertThat(bench.err()).isEqualTo("adit: `wg0' is not a WireGuard interface\n");
        assertThat(journal).exists();
    }

    // --- Privileges ---

    @Test
    void becomesRootThroughSudo() throws IOException {
        bench.write("wg0", "[Interface]\n");
        bench.root = false;
        assertThat(bench.run("up", "wg0")).isEqualTo(1);
        assertThat(bench.err()).isEqualTo("adit: must be run as root\n");

        bench.system.programs.add("sudo");
        assertThat(bench.run("up", "wg0")).isZero();
        assertThat(bench.system.log)
                .containsExactly(
                        "sudo -p adit must be run as root. Please enter the password for %u to"
                                + " continue:  -- /opt/adit/adit up wg0");
    }

    @Test
    void looksWithoutPrivileges() throws IOException {
        bench.write("wg0", QuickFixture.FULL);
        bench.root = false;
        assertThat(bench.run("strip", "wg0")).isZero();
        assertThat(bench.run("up", "--dry-run", "wg0")).isZero();
        assertThat(bench.run("strip", "missing")).isEqualTo(1);
        assertThat(bench.err()).isEqualTo("adit: must be run as root\n");
    }
}
