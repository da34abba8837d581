package dev.adit.it.lab;

/// A home router: NAT (masquerading with ports that it chooses) and a stateful firewall, by
/// nftables.
///
/// Its cable outside is `wan`. Confined to the test's thread.
public final class Router implements AutoCloseable {
    private final Netns netns;

    /// Makes one, which hides nothing yet. `role` is part of its namespace's name.
    public static Router create(String role) {
        Software.requireTool("nft");
        return new Router(Netns.create(role));
    }

    private Router(Netns netns) {
        this.netns = netns;
        netns.run("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1");
    }

    /// Its namespace.
    public Netns netns() {
        return netns;
    }

    /// Lays a cable from `device` here to `eth0` of a host, whose default routes then lead here.
    ///
    /// @param v4 the network: `10.0.1` is .1 here and .2 there
    /// @param v6 the network: `fd00:1` is fd00:1::1 here and fd00:1::2 there
    public Router inside(String device, Netns host, String v4, String v6) {
        netns.connect(device, host, "eth0");
        netns.address(device, v4 + ".1/24", v6 + "::1/64");
        host.address("eth0", v4 + ".2/24", v6 + "::2/64");
        host.run("ip", "route", "add", "default", "via", v4 + ".1");
        host.run("ip", "-6", "route", "add", "default", "via", v6 + "::1");
        return this;
    }

    /// Hides all UDP from inside behind ports as `masquerade` says, in the words of nft(8): empty
    /// to keep the port of the host where that is free. Replaces what was said before.
    public Router hide(String masquerade) {
        netns.command("nft", "-f", "/dev/stdin").input(RULES.formatted(masquerade)).run().ok();
        return this;
    }

    /// Lets those outside reach a UDP port of a host inside at the same port here.
    public Router forward(int port, String host) {
        netns.run(
                ("nft add rule inet home pre iifname wan udp dport " + port + " dnat ip to " + host)
                        .split(" "));
        return this;
    }

    /// Goes off and on again, and has forgotten who spoke to whom.
    public void restart() {
        // Masquerading is forgotten with the link that it was done for.
        netns.run("ip", "link", "set", "wan", "down");
        netns.run("ip", "link", "set", "wan", "up");
    }

    @Override
    public void close() {
        netns.close();
    }

    /// What comes unasked must be dropped, not refused: else it would be remembered as a
    /// conversation with the router, and take the port that a host inside is to have.
    private static final String RULES =
            """
            table inet home
            delete table inet home
            table inet home {
                chain pre {
                    type nat hook prerouting priority -100
                }
                chain post {
                    type nat hook postrouting priority 100
                    oifname wan meta l4proto udp masquerade %s
                    oifname wan masquerade
                }
                chain input {
                    type filter hook input priority 0
                    iifname wan meta l4proto udp ct state new drop
                }
                chain forward {
                    type filter hook forward priority 0
                    iifname wan ct status dnat accept
                    iifname wan ct state new drop
                }
            }
            """;
}
