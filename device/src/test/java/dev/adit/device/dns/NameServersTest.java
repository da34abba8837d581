package dev.adit.device.dns;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class NameServersTest {
    @TempDir Path root;

    private void write(String file, String... servers) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, "# made by a test\nsearch example\noptions ndots:1\n");
        for (String server : servers) {
            Files.writeString(
                    path, "nameserver " + server + "\n", java.nio.file.StandardOpenOption.APPEND);
        }
    }

    private NameServerFinder servers() {
        return new NameServerFinder(root, "wg0");
    }

    private static List<String> text(NameServerFinder servers) {
        return servers.toAsk().stream().map(InetAddress::getHostAddress).toList();
    }

    @Test
    void areThoseOfResolvConf() throws IOException {
        write("etc/resolv.conf", "192.0.2.53", "2001:db8::53", "no.address", "192.0.2.53");
        assertThat(text(servers())).containsExactly("192.0.2.53", "2001:db8:0:0:0:0:0:53");
    }

    @Test
    void thoseThatWereInForceBeforeComeBeforeThoseOfTheTunnel() throws IOException {
        write("etc/resolv.conf", "192.0.2.53");
        NameServerFinder servers = servers();
        write("etc/resolv.conf", "10.9.0.1");
        assertThat(text(servers)).containsExactly("192.0.2.53", "10.9.0.1");
    }

    @Test
    void inAnotherNetworkWhatResolvconfKnowsOfOtherInterfacesComesFirst() throws IOException {
        write("etc/resolv.conf", "192.0.2.53");
        NameServerFinder servers = servers();
        write("etc/resolv.conf", "10.9.0.1");
        write("run/resolvconf/interface/eth0.dhclient", "198.51.100.53");
        write("run/resolvconf/interface/tun.wg0", "10.9.0.1");
        write("run/resolvconf/interfaces/wg0", "10.9.0.1");
        assertThat(text(servers)).containsExactly("198.51.100.53", "192.0.2.53", "10.9.0.1");
    }

    @Test
    void behindTheStubOfSystemdTheyAreThoseThatItAsks() throws IOException {
        write("etc/resolv.conf", "127.0.0.53");
        write("run/systemd/resolve/resolv.conf", "192.0.2.53");
        assertThat(text(servers())).containsExactly("192.0.2.53", "127.0.0.53");
    }

    @Test
    void thereMayBeNone() {
        assertThat(text(servers())).isEmpty();
    }

    @Test
    void thereAreNeverMany() throws IOException {
        String[] many = new String[100];
        for (int i = 0; i < many.length; i++) many[i] = "192.0.2." + i;
        write("etc/resolv.conf", many);
        assertThat(text(servers())).hasSize(6);
    }
}
