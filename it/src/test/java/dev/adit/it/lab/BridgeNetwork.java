package dev.adit.it.lab;

/// A network that any number of hosts are plugged into: `192.0.2.0/24`, on a bridge. Confined to
/// the test's thread.
public final class BridgeNetwork implements AutoCloseable {
    private final Netns netns = Netns.create("hub");
    private final Running keeper = netns.start(netns.command("sleep", "infinity"));
    private int ports;

    /// Makes one with nobody on it.
    public static BridgeNetwork create() {
        BridgeNetwork hub = new BridgeNetwork();
        hub.netns.run("ip", "link", "add", "br0", "type", "bridge");
        hub.netns.run("ip", "link", "set", "br0", "up");
        return hub;
    }

    private BridgeNetwork() {}

    /// Plugs the host's `eth0` in, which has `address` from then on.
    public Netns plug(Netns host, String address) {
        String port = "port" + ++ports;
        netns.connect(port, host, "eth0");
        netns.run("ip", "link", "set", port, "master", "br0");
        host.address("eth0", address + "/24");
        return host;
    }

    /// Packets that it has lost.
    public long drops() {
        return Processes.kernelDrops(keeper.pid());
    }

    @Override
    public void close() {
        netns.close();
    }
}
