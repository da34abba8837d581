package dev.adit.tools.ifconfig;

/// Prints an interface like FreeBSD's ifconfig(8), which leaves peers to wg(8). Confined to one
/// thread.
final class FreeBsdLayout {
    private final InterfaceFacts facts;
    private final StringBuilder text;

    FreeBsdLayout(InterfaceFacts facts, StringBuilder text) {
        this.facts = facts;
        this.text = text;
    }

    void print() {
        text.append(facts.name()).append(": flags=").append(facts.flagText());
        text.append(" metric 0 mtu ").append(facts.mtu()).append('\n');
        if (!facts.description().isEmpty()) line("description: " + facts.description());
        line("options=80000<LINKSTATE>");
        BsdAddressPrinter.print(facts, text);
        line("groups: " + facts.groups());
        int inner = facts.record().inner(), outer = facts.record().outer();
        if (inner != 0) line("fib: " + inner);
        if (outer != 0) line("tunnelfib: " + outer);
        boolean linkLocal = facts.ipv6().stream().anyMatch(InterfaceAddresses.Present::isLinkLocal);
        if (linkLocal) line("nd6 options=21<PERFORMNUD,AUTO_LINKLOCAL>");
        else if (!facts.ipv6().isEmpty()) line("nd6 options=1<PERFORMNUD>");
        facts.process().ifPresent(number -> line("Opened by PID " + number));
    }

    private void line(String line) {
        text.append('\t').append(line).append('\n');
    }
}
