package dev.adit.device.dns;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Looks up names in a hosts(5) file. Stateless.
public final class HostsFile {
    /// The addresses of `host` in the order of the lines; empty when no line has it, or there is no
    /// file.
    public static List<InetAddress> addresses(Path file, String host) {
        Set<InetAddress> found = new LinkedHashSet<>();
        try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            String line = in.readLine();
            while (line != null && found.size() < MOST_ADDRESSES) {
                add(line, host, found);
                line = in.readLine();
            }
        } catch (IOException e) {
            // A system without the file knows no hosts.
        }
        return List.copyOf(found);
    }

    private static void add(String line, String host, Set<InetAddress> found) {
        int comment = line.indexOf('#');
        String[] words = (comment < 0 ? line : line.substring(0, comment)).strip().split("\\s+");
        boolean named = Arrays.stream(words).skip(1).anyMatch(host::equalsIgnoreCase);
        if (!named) return;
        try {
            found.add(InetAddress.ofLiteral(words[0]));
        } catch (IllegalArgumentException e) {
            // The C library skips such a line too.
        }
    }

    private static final int MOST_ADDRESSES = 32;

    private HostsFile() {}
}
