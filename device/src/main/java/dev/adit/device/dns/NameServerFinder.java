package dev.adit.device.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Finds name servers that are reached without the tunnel, even when those the system uses now are
/// behind it. Immutable.
///
/// Those configured when this object was made come first, since the interface could not have any
/// yet. But the machine may have moved to another network: so resolvconf(8) is asked for servers of
/// other interfaces, and those configured now come last.
public final class NameServerFinder {
    private final Path root;
    private final String interfaceName;
    private final List<InetAddress> before;

    /// @param root `/`, or a folder in its place
    /// @param interfaceName the interface whose own name servers are left out, as far as they are
    ///   known
    public NameServerFinder(Path root, String interfaceName) {
        this.root = root;
        this.interfaceName = interfaceName;
        before = inForce();
    }

    /// The servers to ask, in this order; a few at most.
    public List<InetAddress> toAsk() {
        List<InetAddress> now = inForce();
        Set<InetAddress> all = new LinkedHashSet<>();
        for (InetAddress server : before) {
            if (now.contains(server)) all.add(server);
        }
        all.addAll(ofOtherInterfaces());
        all.addAll(before);
        all.addAll(now);
        return all.stream().limit(MOST_SERVERS).toList();
    }

    /// The servers of resolv.conf(5); behind systemd-resolved, which does not apply the mark, the
    /// servers that it asks.
    private List<InetAddress> inForce() {
        List<InetAddress> servers = servers(root.resolve("etc/resolv.conf"));
        if (!servers.stream().allMatch(InetAddress::isLoopbackAddress)) return servers;
        Set<InetAddress> all =
                new LinkedHashSet<>(servers(root.resolve("run/systemd/resolve/resolv.conf")));
        all.addAll(servers);
        return List.copyOf(all);
    }

    private List<InetAddress> ofOtherInterfaces() {
        List<InetAddress> all = new ArrayList<>();
        for (String folder : RECORDS) {
            try (DirectoryStream<Path> records =
                    Files.newDirectoryStream(root.resolve(folder), this::isOfOther)) {
                for (Path record : records) all.addAll(servers(record));
            } catch (IOException e) {
                // This system has no such resolvconf.
            }
        }
        return all;
    }

    /// Records are named after interfaces: `eth0`, `eth0.dhclient`, and `tun.wg0`.
    private boolean isOfOther(Path record) {
        String name = record.getFileName().toString();
        return !name.equals(interfaceName)
                && !name.startsWith(interfaceName + ".")
                && !name.endsWith("." + interfaceName);
    }

    /// The `nameserver` lines of a file, which may be absent.
    private static List<InetAddress> servers(Path file) {
        List<InetAddress> servers = new ArrayList<>();
        for (String line : lines(file)) {
            String[] words = line.strip().split("\\s+");
            if (words.length < 2 || !words[0].equals("nameserver")) continue;
            try {
                InetAddress server = InetAddress.ofLiteral(words[1]);
                if (!server.isAnyLocalAddress() && !servers.contains(server)) servers.add(server);
            } catch (IllegalArgumentException e) {
                // The scope does not exist here, or it is not an address.
            }
            if (servers.size() == MOST_SERVERS) break;
        }
        return servers;
    }

    private static List<String> lines(Path file) {
        try {
            if (!Files.isRegularFile(file) || Files.size(file) > MOST_BYTES) return List.of();
            return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return List.of();
        }
    }

    private static final List<String> RECORDS =
            List.of("run/resolvconf/interface", "run/resolvconf/interfaces");
    private static final int MOST_SERVERS = 6;
    private static final long MOST_BYTES = 1 << 16;
}
