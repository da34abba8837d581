package dev.adit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.it.lab.Await;
import dev.adit.it.lab.Command;
import dev.adit.it.lab.Host;
import dev.adit.it.lab.Keys;
import dev.adit.it.lab.Netns;
import dev.adit.it.lab.Outcome;
import dev.adit.it.lab.Software;
import dev.adit.it.lab.TemporaryFolder;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;

/// The stock `wg-quick` brings our daemon up and down as its userspace implementation, on `a`.
///
/// ```
/// ┌──────────────────┐  192.0.2.0/24  ┌───────────────────────────┐
/// │ a: wg-quick      ├────────────────┤ b: another                │
/// │ 10.9.0.1 fd09::1 │                │ 10.9.0.2 fd09::2          │
/// └──────────────────┘                │ 203.0.113.7 on lo         │
///                                     └───────────────────────────┘
/// ```
class WgQuickTest {

    private final Software software = Software.subject().required();
    private final String device = "ad" + Netns.unique();
    private final TemporaryFolder folder = new TemporaryFolder();
    private final Keys keys = Keys.generate();
    private Netns a, right;
    private Host b;

    @BeforeEach
    void start() {
        Software.requireTool("wg-quick");
        a = Netns.create("a");
        right = Netns.create("b");
        a.connect("eth0", right, "eth0");
        a.address("eth0", "192.0.2.1/24");
        right.address("eth0", "192.0.2.2/24");
        right.address("lo", "203.0.113.7/32");
        b = Host.start(right, Software.other(), 51821).address("10.9.0.2/24", "fd09::2/64").up();
        b.set("peer", keys.publicKey(), "allowed-ips", "10.9.0.1/32,fd09::1/128");
    }

    @AfterEach
    void stop() {
        if (a != null) a.close();
        if (right != null) right.close();
        folder.close();
    }

    @Test
    void goesUpCarriesPacketsAndGoesDown() throws IOException {
        Path conf = write("MTU = 1380", "AllowedIPs = 10.9.0.0/24, fd09::/64, 198.18.0.0/15");
        quick("up", conf).ok();
        assertThat(a.run("ip", "address", "show", device).out())
                .contains("mtu 1380", "10.9.0.1/24", "fd09::1/64");
        assertThat(a.run("ip", "route", "show", "dev", device).out()).contains("198.18.0.0/15");
        assertReaches("10.9.0.2");
        assertReaches("fd09::2");
        assertThat(quick("up", conf).err()).contains("already exists");
        quick("down", conf).ok();
        assertNothingIsLeft();
    }

    @Test
    void carriesAllTrafficWhenEveryAddressIsAllowed() throws IOException {
        Software.requireTool("nft");
        Path conf = write("", "AllowedIPs = 0.0.0.0/0, ::/0");
        quick("up", conf).ok();
        assertThat(a.run("ip", "route", "get", "203.0.113.7").out()).contains("dev " + device);
        assertReaches("203.0.113.7");
        assertReaches("fd09::2");
        assertThat(b.dump().peer().endpoint()).startsWith("192.0.2.1:");
        quick("down", conf).ok();
        assertThat(a.run("ip", "rule").out()).doesNotContain("fwmark");
        assertNothingIsLeft();
    }

    @Test
    void comesBackWithTheSavedConfiguration() throws IOException {
        Path conf = write("SaveConfig = true", "AllowedIPs = 10.9.0.2/32");
        quick("up", conf).ok();
        String added = Keys.generate().publicKey();
        a.run("wg", "set", device, "peer", added, "allowed-ips", "10.8.0.0/24");
        quick("down", conf).ok();
        assertThat(Files.readString(conf)).contains(added, "10.8.0.0/24", "192.0.2.2:51821");
        quick("up", conf).ok();
        assertReaches("10.9.0.2");
        quick("down", conf).ok();
        assertNothingIsLeft();
    }

    @Test
    void leavesNothingBehindAfterABrokenConfiguration() throws IOException {
        Path conf = write("", "AllowedIPs = 10.9.0.2/33");
        assertThat(quick("up", conf).succeeded()).isFalse();
        assertNothingIsLeft();
    }

    private Path write(String ofInterface, String ofPeer) throws IOException {
        Path conf = folder.file(device + ".conf");
        Files.writeString(
                conf,
                """
                [Interface]
                PrivateKey = %s
                Address = 10.9.0.1/24, fd09::1/64
                %s

                [Peer]
                PublicKey = %s
                Endpoint = 192.0.2.2:51821
                %s
                """
                        .formatted(keys.privateKey(), ofInterface, b.publicKey(), ofPeer));
        Files.setPosixFilePermissions(conf, PosixFilePermissions.fromString("rw-------"));
        return conf;
    }

    private Outcome quick(String verb, Path conf) {
        Command command = a.command("wg-quick", verb, conf.toString());
        Path program = software.program();
        return command.with("WG_QUICK_USERSPACE_IMPLEMENTATION", program.getFileName().toString())
                .with("PATH", program.getParent() + ":" + System.getenv("PATH"))
                .run();
    }

    private void assertReaches(String address) {
        Outcome ping = a.ping(address, 4);
        if (!ping.succeeded()) {
            throw new AssertionError(ping + "\n" + a.command("wg").run() + b.report());
        }
    }

    private void assertNothingIsLeft() {
        assertThat(a.command("ip", "link", "show", device).run().succeeded()).isFalse();
        Await.until(
                "no process is left of " + device, Duration.ofSeconds(2), () -> a.pids().isEmpty());
        assertThat(Host.SOCKETS.resolve(device + ".sock")).doesNotExist();
    }
}
