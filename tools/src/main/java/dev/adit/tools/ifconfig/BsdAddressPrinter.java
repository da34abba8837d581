package dev.adit.tools.ifconfig;

/// Prints addresses in the format shared by OpenBSD and FreeBSD. Stateless.
final class BsdAddressPrinter {
    /// Appends a line for each address.
    static void print(InterfaceFacts facts, StringBuilder text) {
        for (InterfaceAddresses.Present one : facts.ipv4()) {
            int mask = one.length() == 0 ? 0 : -1 << 32 - one.length();
            String all = one.broadcast() == null ? "" : " broadcast " + one.broadcast();
            text.append("\tinet ").append(one.text()).append(otherEnd(one));
            text.append(" netmask 0x%08x".formatted(mask)).append(all).append('\n');
        }
        for (InterfaceAddresses.Present one : facts.ipv6()) {
            text.append("\tinet6 ").append(facts.zoned(one)).append(otherEnd(one));
            text.append(" prefixlen ").append(one.length());
            text.append(facts.scope(one)).append('\n');
        }
    }

    private static String otherEnd(InterfaceAddresses.Present one) {
        return one.peer() == null ? "" : " --> " + one.peer();
    }

    private BsdAddressPrinter() {}
}
