package dev.adit.device.resolve;

import dev.adit.testkit.Await;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/// A resolver that knows the names a test gives it, and hangs for those it is told to. Thread-safe.
public final class FakeNames implements Resolver {
    private final Map<String, List<InetAddress>> hosts = new ConcurrentHashMap<>();
    private final Set<String> hanging = ConcurrentHashMap.newKeySet();
    private final CountDownLatch released = new CountDownLatch(1);
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger hung = new AtomicInteger();

    /// One that knows no name.
    public FakeNames() {}

    /// From now on `name` leads to these addresses; without any it does not exist.
    public FakeNames host(String name, String... numeric) {
        hosts.put(name, Arrays.stream(numeric).map(InetAddress::ofLiteral).toList());
        return this;
    }

    /// Who asks for `name` gets no answer before [#release].
    public FakeNames hang(String name) {
        hanging.add(name);
        return this;
    }

    /// Ends all hanging, and answers with what is true then.
    public void release() {
        hanging.clear();
        released.countDown();
    }

    /// How often somebody has asked.
    public int asked() {
        return asked.get();
    }

    /// How many hang, or have hung.
    public int hung() {
        return hung.get();
    }

    @Override
    public List<InetAddress> addresses(String host) throws UnknownHostException {
        asked.incrementAndGet();
        if (hanging.contains(host)) {
            hung.incrementAndGet();
            Await.open("the end of hanging", released);
        }
        List<InetAddress> found = hosts.getOrDefault(host, List.of());
        if (found.isEmpty()) throw new UnknownHostException("Name or service not known");
        return found;
    }

    @Override
    public InetAddress address(String host, String endpoint) throws UnknownHostException {
        return addresses(host).getFirst();
    }

    @Override
    public OptionalInt port(String service) {
        return OptionalInt.empty();
    }
}
