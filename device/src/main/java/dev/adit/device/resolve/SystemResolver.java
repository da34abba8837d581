package dev.adit.device.resolve;

import dev.adit.device.dns.AddressOrder;
import dev.adit.device.dns.SystemSources;
import dev.adit.device.text.Numbers;

import org.jspecify.annotations.Nullable;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/// The system's resolver for hosts, and /etc/services for services. Stateless.
final class SystemResolver implements Resolver {
    @Override
    public InetAddress address(String host, String endpoint) throws UnknownHostException {
        return addresses(host).getFirst();
    }

    @Override
    public List<InetAddress> addresses(String host) throws UnknownHostException {
        // The JDK would read a bracket as the beginning of an address.
        if (host.startsWith("[")) throw new UnknownHostException(UNKNOWN_NAME);
        try {
            return ordered(List.of(Uncached.look(host)));
        } catch (UnknownHostException e) {
            throw failure(host, e.getMessage());
        }
    }

    /// Sorts addresses in the order of getaddrinfo(3). The JDK can do so only by a setting that a
    /// library cannot make; otherwise it puts all IPv4 addresses first.
    private static List<InetAddress> ordered(List<InetAddress> found) {
        if ("system".equals(System.getProperty("java.net.preferIPv6Addresses"))) return found;
        return AddressOrder.sorted(found, new SystemSources());
    }

    /// The words of the C library, which the JDK puts behind the host's name, and nothing else.
    private static UnknownHostException failure(String host, @Nullable String message) {
        String prefix = host + ": ";
        return new UnknownHostException(
                message != null && message.startsWith(prefix)
                        ? message.substring(prefix.length())
                        : UNKNOWN_NAME);
    }

    @Override
    public OptionalInt port(String service) {
        try (BufferedReader lines =
                Files.newBufferedReader(Path.of("/etc/services"), StandardCharsets.ISO_8859_1)) {
            return lines.lines()
                    .mapToInt(line -> portIn(line, service))
                    .filter(port -> port >= 0)
                    .findFirst();
        } catch (IOException e) {
            return OptionalInt.empty(); // a system without the file knows no services
        }
    }

    /// The UDP port that a line of services(5) gives for `service`, or -1.
    private static int portIn(String line, String service) {
        int comment = line.indexOf('#');
        String[] words = (comment < 0 ? line : line.substring(0, comment)).strip().split("\\s+");
        if (words.length < 2 || !words[1].endsWith("/udp")) return -1;
        boolean named =
                words[0].equals(service)
                        || Arrays.asList(words).subList(2, words.length).contains(service);
        String port = words[1].substring(0, words[1].length() - "/udp".length());
        return named ? (int) Numbers.decimal(port, 0xffff) : -1;
    }

    /// Disables the JDK's cache of lookups, since a caller that asks again wants a new answer, and
    /// the JDK would repeat a refusal for 10 seconds, an answer for 30. The JDK reads the setting
    /// once, before the first lookup; making it takes some 20 ms, which a program without lookups
    /// need not spend.
    private static final class Uncached {
        static {
            Security.setProperty("networkaddress.cache.ttl", "0");
            Security.setProperty("networkaddress.cache.negative.ttl", "0");
        }

        static InetAddress[] look(String host) throws UnknownHostException {
            return InetAddress.getAllByName(host);
        }
    }
}
