package dev.adit.device.resolve;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;

/// Resolves the names in a configuration file to numbers. Numeric text is never passed to it.
/// Thread-safe.
public interface Resolver {
    /// The preferred address of `host`.
    ///
    /// @param endpoint the whole endpoint, for messages
    /// @throws UnknownHostException when there is none; its message is the reason in the system's
    ///   words: `Name or service not known`
    InetAddress address(String host, String endpoint) throws UnknownHostException;

    /// All addresses of `host`, at least one, in the order in which to try them: that of
    /// getaddrinfo(3).
    ///
    /// @throws UnknownHostException as [#address] does
    default List<InetAddress> addresses(String host) throws UnknownHostException {
        return List.of(address(host, host));
    }

    /// The UDP port of the service of that name; empty when there is none.
    OptionalInt port(String service);

    /// The system's resolver, asked once.
    static Resolver system() {
        return new SystemResolver();
    }

    /// The system's resolver, asked again while it fails for a temporary reason: after 1 s, then
    /// 1.2 times as long each time up to 20 s, as wg(8) does.
    ///
    /// @param retries how often to ask again, or -1 for no limit
    /// @param warnings gets one sentence for each failure that is not the last
    static Resolver patient(int retries, Consumer<String> warnings) {
        return new RetryingResolver(
                new SystemResolver(), retries, warnings, RetryingResolver::sleep);
    }

    /// The message of the exception for a name that does not exist, as getaddrinfo(3) words it.
    String UNKNOWN_NAME = "Name or service not known";
}
