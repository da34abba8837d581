package dev.adit.it.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

/// Two hosts on one cable, and their tunnel:
///
/// ```
/// ┌─────────────────────────┐                 ┌─────────────────────────┐
/// │ a            10.9.0.1   │                 │ b            10.9.0.2   │
/// │ WireGuard    fd09::1    │                 │ WireGuard    fd09::2    │
/// │                         │  192.0.2.0/24   │                         │
/// │ eth0         192.0.2.1  │  2001:db8::/64  │ eth0         192.0.2.2  │
/// │ :51820       2001:db8::1├─────────────────┤ :51821       2001:db8::2│
/// └─────────────────────────┘                 └─────────────────────────┘
/// ```
///
/// Only `a` knows where its peer is; `b` learns it.
public final class Pair implements AutoCloseable {
    private final Host a, b;

    private Pair(Host a, Host b) {
        this.a = a;
        this.b = b;
    }

    /// Both hosts up, without peers.
    public static Pair start(Software atA, Software atB) {
        atA.required();
        atB.required();
        Netns left = Netns.create("a"), right = null;
        try {
            right = Netns.create("b");
            left.connect("eth0", right, "eth0");
            left.address("eth0", "192.0.2.1/24", "2001:db8::1/64");
            right.address("eth0", "192.0.2.2/24", "2001:db8::2/64");
            Host a = Host.start(left, atA, PORT_A).address("10.9.0.1/24", "fd09::1/64");
            Host b = Host.start(right, atB, PORT_B).address("10.9.0.2/24", "fd09::2/64");
            return new Pair(a.up(), b.up());
        } catch (Throwable failure) {
            left.close();
            if (right != null) right.close();
            throw failure;
        }
    }

    /// Makes them peers, as if they never were: over IPv4, without a preshared key.
    public Pair introduce() {
        return introduce(false, null);
    }

    /// Makes them peers, as if they never were.
    ///
    /// @param outsideV6 whether `a` calls `b` over IPv6
    /// @param presharedKey in base64, or null
    public Pair introduce(boolean outsideV6, String presharedKey) {
        separate();
        String endpoint = (outsideV6 ? "[2001:db8::2]:" : "192.0.2.2:") + PORT_B;
        b.set("peer", a.publicKey(), "allowed-ips", "10.9.0.1/32,fd09::1/128");
        a.set(
                "peer",
                b.publicKey(),
                "allowed-ips",
                "10.9.0.2/32,fd09::2/128",
                "endpoint",
                endpoint);
        if (presharedKey != null) {
            presharedKey(a, b, presharedKey);
            presharedKey(b, a, presharedKey);
        }
        return this;
    }

    private static void presharedKey(Host host, Host peer, String key) {
        host.netns()
                .command(
                        "wg",
                        "set",
                        host.device(),
                        "peer",
                        peer.publicKey(),
                        "preshared-key",
                        "/dev/stdin")
                .input(key + "\n")
                .run()
                .ok();
    }

    /// Removes all peers.
    public void separate() {
        for (Host host : new Host[] {a, b}) {
            for (String peer : host.dump().peers().keySet()) host.set("peer", peer, "remove");
        }
    }

    /// Fails unless the first packet from `from` to each inner address of the other is answered.
    public void assertReaches(Host from) {
        assertReaches(from, from == a ? "10.9.0.2" : "10.9.0.1");
        assertReaches(from, from == a ? "fd09::2" : "fd09::1");
    }

    /// Fails unless the first packet from `from` to `address` is answered.
    public void assertReaches(Host from, String address, String... options) {
        Outcome ping = from.netns().ping(address, 4, options);
        if (!ping.succeeded()) throw new AssertionError(ping + "\n" + report());
    }

    /// Waits until packets from `from` to `address` are answered.
    public void awaitReaches(Host from, String address, Duration limit) {
        Await.until(this::report, limit, () -> from.netns().pings(address, 0.5));
    }

    /// Carries `bytes` random bytes over TCP from one host to the other, at whose end the SHA-256
    /// has to be the same, while `meanwhile` happens.
    ///
    /// @param address of `from`
    public void carry(Host from, String address, long bytes, Duration limit, Runnable meanwhile) {
        Host to = from == a ? b : a;
        String count = String.valueOf(bytes);
        Running server = from.netns().start(HashOverTcp.in(from.netns(), "serve", "80", count));
        from.netns().awaitTcpPort(80);
        Running client = to.netns().start(HashOverTcp.in(to.netns(), "fetch", address, "80"));
        meanwhile.run();
        Outcome got = client.outcome(limit), sent = server.outcome(limit);
        assertThat(got.out()).as(() -> got + report()).isEqualTo(sent.out());
        assertThat(got.out()).startsWith(count + " ");
    }

    public Host a() {
        return a;
    }

    public Host b() {
        return b;
    }

    /// What a failed test should show.
    public String report() {
        return a.report() + b.report();
    }

    @Override
    public void close() {
        a.netns().close();
        b.netns().close();
    }

    /// The UDP ports of the two.
    public static final int PORT_A = 51820, PORT_B = 51821;
}
