package dev.adit.tools.quick;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

class SaveConfigTest {

    @TempDir Path folder;
    private QuickFixture bench;

    @BeforeEach
    void empty() {
        bench = new QuickFixture(folder);
    }

    @Test
    void writesTheStateInTheOrderOfWgQuick() throws IOException {
        Path file =
                bench.write(
                        "wg0",
                        """
                        # lost
                        [Interface]
                        SaveConfig = true
                        PostDown = echo %i # kept
                        PostUp = one
                        PostUp = two
                        Table = 1234
                        MTU = 1300
                        DNS = 192.0.2.53, example.org
                        Address = 192.0.2.3/24, 2001:db8::3/64
                        ListenPort = 51820
                        PrivateKey = oJpRt2Oq27vIB5/UVb7BRqCwad2YMReQgH5tlxz8YmI=
                        [Peer]
                        PublicKey = I+hXRAJOG/UE2IQvIHsou2zTgkUyPve2pzvHTnd/2Gg=
                        AllowedIPs = 192.0.2.0/24
                        Endpoint = 203.0.113.1:51820
                        PersistentKeepalive = 25
                        """);
        assertThat(bench.run("up", "wg0")).isZero();
        bench.system.answers.put("ip link show dev wg0", "7: wg0: <UP> mtu 1300");
        assertThat(bench.run("save", "wg0")).isZero();
        assertThat(file)
                .content()
                .isEqualTo(
                        """
                        [Interface]
                        Address = 192.0.2.3/24
                        Address = 2001:db8::3/64
                        DNS = 192.0.2.53
                        DNS = example.org
                        MTU = 1300
                        Table = 1234
                        SaveConfig = true
                        PostUp = one
                        PostUp = two
                        PostDown = echo %i # kept
                        ListenPort = 51820
                        PrivateKey = oJpRt2Oq27vIB5/UVb7BRqCwad2YMReQgH5tlxz8YmI=

                        [Peer]
                        PublicKey = I+hXRAJOG/UE2IQvIHsou2zTgkUyPve2pzvHTnd/2Gg=
                        AllowedIPs = 192.0.2.0/24
                        Endpoint = 203.0.113.1:51820
                        PersistentKeepalive = 25
                        """);
    }

    @Test
    void savesWhatItSavedTheSameAgain() throws IOException {
        Path file = bench.write("wg0", QuickFixture.FULL);
        assertThat(bench.run("up", "wg0")).isZero();
        assertThat(bench.run("save", "wg0")).isZero();
        byte[] saved = Files.readAllBytes(file);
        assertThat(bench.run("down", "wg0")).isZero();
        assertThat(bench.run("up", "wg0")).isZero();
        assertThat(bench.run("save", "wg0")).isZero();
        assertThat(file).hasBinaryContent(saved);
    }

    @Test
    void isForItsOwnerAlone() throws IOException {
        Path file = bench.write("wg0", "[Interface]\n");
        assertThat(bench.run("up", "wg0")).isZero();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        Path leftOver = Files.writeString(folder.resolve("wg0.conf.tmp"), "of a killed save");
        assertThat(bench.run("save", "wg0")).isZero();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(leftOver).doesNotExist();
    }

    @Test
    void leavesOutAddressesThatTheKernelInvents() throws IOException {
        Path file = bench.write("wg0", "[Interface]\n");
        assertThat(bench.run("up", "wg0")).isZero();
        bench.system.answers.put(
                "ip -o addr show dev wg0",
                """
                4: wg0    inet 192.0.2.3/24 scope global wg0\\       valid_lft forever
                4: wg0    inet6 fe80::1/64 scope link \\       valid_lft forever
                4: wg0    inet6 fe80::2/64 scope link stable-privacy \\       valid_lft forever
                4: wg0    inet6 fe80::3/64 scope link proto kernel_ll \\       valid_lft forever
                """);
        assertThat(bench.run("save", "wg0")).isZero();
        assertThat(file)
                .content()
                .isEqualTo("[Interface]\nAddress = 192.0.2.3/24\nAddress = fe80::1/64\n\n");
    }

    @Test
    void keepsNameServersThatNobodyCanTell() throws IOException {
        Path file = bench.write("wg0", "[Interface]\nDNS = 192.0.2.53, example.org\n");
        bench.system.symbolicLinks.add(Path.of("/usr/bin/resolvconf"));
        assertThat(bench.run("up", "wg0")).isZero();
        bench.system.nameServers.clear();
        assertThat(bench.run("save", "wg0")).isZero();
        assertThat(file).content().contains("DNS = 192.0.2.53\nDNS = example.org\n");
    }

    @Test
    void asksSystemdResolvedForNameServers() throws IOException {
        Path file = bench.write("wg0", "[Interface]\nDNS = 192.0.2.53, example.org\n");
        bench.system.programs.remove("resolvconf");
        bench.system.programs.add("resolvectl");
        assertThat(bench.run("up", "wg0")).isZero();
        bench.system.answers.put("resolvectl dns wg0", "Link 7 (wg0): 192.0.2.54 2001:db8::53\n");
        bench.system.answers.put("resolvectl domain wg0", "Link 7 (wg0): ~. example.net\n");
        assertThat(bench.run("save", "wg0")).isZero();
        assertThat(file)
                .content()
                .contains("DNS = 192.0.2.54\nDNS = 2001:db8::53\nDNS = example.net\n");
    }

    @Test
    void keepsEveryByteOfAHook() throws IOException {
        Path file = folder.resolve("wg0.conf");
        Files.writeString(file, "[Interface]\nPostUp = echo ü€\n", StandardCharsets.UTF_8);
        assertThat(bench.run("up", "wg0")).isZero();
        assertThat(bench.run("save", "wg0")).isZero();
        assertThat(file).content(StandardCharsets.UTF_8).contains("PostUp = echo ü€\n");
    }

    @Test
    void keepsTheOldFileWhenItCannotWriteTheNewOne() throws IOException {
        Path file = bench.write("wg0", "[Interface]\nSaveConfig = true\n");
        assertThat(bench.run("up", "wg0")).isZero();
        Path obstacle = Files.createDirectories(folder.resolve("wg0.conf.tmp/full"));
        assertThat(bench.run("save", "wg0")).isEqualTo(1);
        assertThat(bench.said()).startsWith("adit: Could not write configuration file: ");
        assertThat(file).content().isEqualTo("[Interface]\nSaveConfig = true\n");

        assertThat(bench.run("down", "wg0")).isEqualTo(1);
        assertThat(bench.system.links).containsKey("wg0");
        assertThat(obstacle).exists();
    }
}
