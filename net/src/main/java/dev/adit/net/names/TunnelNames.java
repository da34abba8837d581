package dev.adit.net.names;

import dev.adit.device.dns.DnsClient;
import dev.adit.device.dns.NameServerOrder;
import dev.adit.ip.address.IpAddress;
import dev.adit.net.core.InetAddresses;
import dev.adit.net.core.NameResolver;
import dev.adit.net.core.TunnelStack;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Asks name servers in the tunnel, for IPv4 and IPv6 addresses at once, and keeps what they answer
/// as long as it may be kept. Names without a dot are looked for in the search domains first.
/// Thread-safe.
public final class TunnelNames implements NameResolver {
    private final String network;
    private final NameServerOrder servers;
    private final List<String> searchDomains;
    private final NameCache cache = new NameCache();

    @SuppressWarnings("NullAway.Init") // set by stack, before the first question
    private volatile TunnelStack net;

    @SuppressWarnings("NullAway.Init") // as the stack
    private volatile DnsClient client;

    /// @param network its name, for messages
    /// @param servers asked one after another until one answers, which is then asked first
    public TunnelNames(String network, List<IpAddress> servers, List<String> searchDomains) {
        this.network = network;
        this.servers = new NameServerOrder(servers.stream().map(InetAddresses::toInet).toList());
        this.searchDomains = List.copyOf(searchDomains);
    }

    /// Sets the stack that questions go through.
    public void stack(TunnelStack ours) {
        client =
                new DnsClient(
                        (stream, to, millis) ->
                                TunnelClientSocket.connect(ours, stream, to, millis),
                        new SecureRandom());
        net = ours;
    }

    @Override
    public List<IpAddress> addresses(String host) throws UnknownHostException {
        if (isLocal(host)) return LOOPBACK;
        for (String name : candidates(host)) {
            List<IpAddress> found = lookUp(name);
            if (!found.isEmpty()) return found;
        }
        throw new UnknownHostException(
                host + ": no such name, say the name servers in the tunnel " + network);
    }

    /// True for a name that means the host itself (RFC 6761 §6.3), and is asked for nowhere.
    private static boolean isLocal(String host) {
        String name = host.toLowerCase(Locale.ROOT).replaceFirst("\\.$", "");
        return name.equals("localhost") || name.endsWith(".localhost");
    }

    /// The names to ask for, as resolv.conf(5) with `ndots:1`.
    private List<String> candidates(String host) {
        if (host.endsWith(".")) return List.of(host);
        List<String> all = new ArrayList<>();
        for (String domain : searchDomains) all.add(host + "." + domain);
        all.add(host.contains(".") ? 0 : all.size(), host);
        return all;
    }

    private List<IpAddress> lookUp(String name) throws UnknownHostException {
        String key = name.toLowerCase(Locale.ROOT);
        List<IpAddress> known = cache.get(key, net.now());
        if (known != null) return known;
        FutureTask<DnsClient.Answer> v6 = new FutureTask<>(() -> client.ask(name, true, servers));
        Thread.ofVirtual().name("adit-" + network + "-dns").start(v6);
        UnknownHostException failure = null;
        DnsClient.Answer a = NOTHING, aaaa = NOTHING;
        try {
            a = client.ask(name, false, servers);
        } catch (UnknownHostException e) {
            failure = e;
        }
        try {
            aaaa = v6.get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof UnknownHostException)) throw new AssertionError(e);
            if (failure == null) failure = (UnknownHostException) e.getCause();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failure = new UnknownHostException("interrupted");
        }
        return found(name, key, a, aaaa, failure);
    }

    private List<IpAddress> found(
            String name,
            String key,
            DnsClient.Answer a,
            DnsClient.Answer aaaa,
            @Nullable UnknownHostException failure)
            throws UnknownHostException {
        List<IpAddress> all = new ArrayList<>();
        aaaa.addresses().forEach(address -> all.add(InetAddresses.of(address)));
        a.addresses().forEach(address -> all.add(InetAddresses.of(address)));
        if (failure != null) {
            // What one family's servers did not answer is not kept.
            if (!all.isEmpty()) return all;
            throw unanswered(name, failure);
        }
        long seconds = Math.min(seconds(a, all), seconds(aaaa, all));
        cache.put(key, net.now(), all, seconds);
        return all;
    }

    /// How long an answer may be kept; one without addresses does not count beside one with them.
    private static long seconds(DnsClient.Answer answer, List<IpAddress> all) {
        boolean counts = !answer.addresses().isEmpty() || all.isEmpty();
        return counts ? answer.seconds() : Long.MAX_VALUE;
    }

    private UnknownHostException unanswered(String name, UnknownHostException failure) {
        StringBuilder text = new StringBuilder(name + ": " + failure.getMessage());
        text.append(", asked in the tunnel ").append(network);
        for (InetAddress server : servers.toAsk()) {
            String reason = net.reason(InetAddresses.of(server));
            if (!reason.isEmpty()) text.append("; ").append(server.getHostAddress()).append(reason);
        }
        return new UnknownHostException(text.toString());
    }

    private static final List<IpAddress> LOOPBACK = List.of(IpAddress.v4(0x7f000001));
    private static final DnsClient.Answer NOTHING = new DnsClient.Answer(List.of(), 0);
}
