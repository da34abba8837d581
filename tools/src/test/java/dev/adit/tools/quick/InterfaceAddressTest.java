package dev.adit.tools.quick;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adit.device.config.file.InterfaceAddress;
import dev.adit.tools.host.LinuxHost;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The forms of an address, by a table, and the same forms as the system's ip(8) takes them.
class InterfaceAddressTest {

    @ParameterizedTest
    @CsvSource({
        "192.168.7.1/24, 192.168.7.1/24",
        "192.168.7.1, 192.168.7.1/32",
        "192.168.7.1/255.255.255.0, 192.168.7.1/24",
        "192.168.7.1/255.255, 192.168.7.1/16",
        "192.168.7.1/255.255.255.255, 192.168.7.1/32",
        "192.168.7.1/0x18, 192.168.7.1/24",
        "192.168.7.1/030, 192.168.7.1/24",
        "192.168.7.1/+24, 192.168.7.1/24",
        "10, 10.0.0.0/32",
        "10/8, 10.0.0.0/8",
        "10.1, 10.1.0.0/32",
        "10.1/16, 10.1.0.0/16",
        "10.1.2/255.255.0.0, 10.1.2.0/16",
        "0x0a.010.1, 10.8.1.0/32",
        "1.2.3.4/0.0.0.0, 1.2.3.4/0",
        "fd00::1, fd00::1/128",
        "FD00::A/64, fd00::a/64",
        "fd00::1/0x40, fd00::1/64",
        "fd00::1/0100, fd00::1/64",
        "fd00::1/255.255.0.0, fd00::1/16",
        "::1.2.3.4/96, ::1.2.3.4/96",
        "::ffff:1.2.3.4/128, ::ffff:1.2.3.4/128",
    })
    void isTakenAsIpTakesIt(String text, String address) {
        assertThat(InterfaceAddress.parse(text).map(Object::toString)).contains(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "any",
                "all",
                "10.",
                ".10",
                "10..1",
                "256.1",
                "1.2.3.4.5",
                "1.2.3.08",
                "1.2.3.0x",
                "1.2.3.4/",
                "1.2.3.4/33",
                "1.2.3.4/255",
                "1.2.3.4/32/1",
                "1.2.3.4/-1",
                "1.2.3.4/24x",
                "1.2.3.4/255.0.255.0",
                "1.2.3.4/0.0.0.255",
                "1.2.3.4/fffffffff",
                "fd00::1/",
                "fd00::1/129",
                "fd00::1/ffff::",
                "fd00::1%eth0/64",
                "fd00::1::2",
                ":",
            })
    void isRefusedWhereIpRefusesIt(String text) {
        assertThat(InterfaceAddress.parse(text)).isEmpty();
    }

    /// Both tables, given to ip(8) in a network namespace.
    @Test
    void isWhatTheSystemTakes() throws Exception {
        LinuxHost host = new LinuxHost(System.getenv(), null);
        assumeTrue((int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0, "not root");
        assumeTrue(host.find("unshare").isPresent() && host.find("ip").isPresent(), "no ip");
        List<String> texts = new ArrayList<>();
        for (var method : getClass().getDeclaredMethods()) {
            CsvSource taken = method.getAnnotation(CsvSource.class);
            ValueSource refused = method.getAnnotation(ValueSource.class);
            if (taken != null) for (String row : taken.value()) texts.add(row.split(", ")[0]);
            if (refused != null) texts.addAll(List.of(refused.strings()));
        }
        Map<String, String> shown = ask(texts);
        assumeTrue(!shown.isEmpty(), "no network namespace");
        for (String text : texts) {
            assertThat(InterfaceAddress.parse(text).map(Object::toString).orElse("-"))
                    .as("`%s'", text)
                    .isEqualTo(shown.get(text));
        }
    }

    /// What ip(8) makes of each text, or `-` where it refuses it.
    private static Map<String, String> ask(List<String> texts) throws Exception {
        Process process =
                new ProcessBuilder("unshare", "-n", "bash", "-c", SCRIPT, "ask")
                        .redirectErrorStream(true)
                        .start();
        try (var to = process.outputWriter()) {
            for (String text : texts) to.write(text + "\n");
        } catch (IOException e) {
            // It could not begin; there are no answers then.
        }
        Map<String, String> answers = new java.util.HashMap<>();
        for (String line : process.inputReader().lines().toList()) {
            String[] pair = line.split("=", 2);
            if (pair.length == 2) answers.put(pair[0], pair[1]);
        }
        return process.waitFor() == 0 ? answers : Map.of();
    }

    private static final String SCRIPT =
            """
            ip link add a0 type veth peer name a1 || exit 1
            while IFS= read -r text; do
                family=-4; case $text in *:*) family=-6;; esac
                if ip $family address add "$text" dev a0 2>/dev/null; then
                    echo "$text=$(ip $family -br address show dev a0 | awk '{ print $3 }')"
                else
                    echo "$text=-"
                fi
                ip address flush dev a0
            done
            """;
}
