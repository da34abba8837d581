package dev.adit.tools.ifconfig;

/// Prints an interface like NetBSD's ifconfig(8), which leaves peers to wgconfig(8). Confined to
/// one thread.
final class NetBsdLayout {
    private final InterfaceFacts facts;
    private final StringBuilder text;

    NetBsdLayout(InterfaceFacts facts, StringBuilder text) {
        this.facts = facts;
        this.text = text;
    }

    void print() {
        text.append(facts.name()).append(": flags=0x").append(facts.flagText());
        text.append(" mtu ").append(facts.mtu()).append('\n');
        if (!facts.description().isEmpty()) {
            text.append("\tdescription: ").append(facts.description()).append('\n');
        }
        for (InterfaceAddresses.Present one : facts.ipv4()) {
            String all = one.broadcast() == null ? "" : " broadcast " + one.broadcast();
            text.append("\tinet ").append(one.text()).append('/').append(one.length());
            text.append(otherEnd(one)).append(all).append(" flags 0\n");
        }
        for (InterfaceAddresses.Present one : facts.ipv6()) {
            text.append("\tinet6 ").append(facts.zoned(one)).append('/').append(one.length());
            text.append(otherEnd(one)).append(" flags 0").append(facts.scope(one)).append('\n');
        }
    }

    private static String otherEnd(InterfaceAddresses.Present one) {
        return one.peer() == null ? "" : " -> " + one.peer();
    }
}
