package dev.adit.tools.quick;

import dev.adit.protocol.address.IpPrefix;
import dev.adit.tools.host.Daemons;
import dev.adit.tools.host.Host;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The verb `up`: checks first, then does the parts of an [UpPlan], and undoes them when one fails.
/// Confined to one thread.
final class Up {
    private final Tunnel tunnel;
    private final UpPlan plan;
    private final Host host;
    private boolean created;
    private boolean namesServers;
    private Journal.Entry entry = Journal.Entry.BEGUN;

    Up(Tunnel tunnel) {
        this.tunnel = tunnel;
        plan = new UpPlan(tunnel.conf, tunnel.name(), tunnel.path.shown());
        host = tunnel.around.host();
    }

    /// What [#run] would do, as far as that can be told before.
    Plan plan() throws Failure, IOException {
        check();
        TunnelState state = tunnel.wireguard.predict();
        return Plan.of(
                plan.create(implementation()),
                plan.configure(),
                plan.link(Mtu.toward(state.endpoints(), host), tunnel.dns()),
                plan.routes(state, predictFacts(state)),
                plan.finish());
    }

    void run() throws Failure, IOException {
        try (FileChannel lock = tunnel.journal.lockName()) {
            if (lock == null) {
                throw new Failure("`" + tunnel.name() + "' is being brought up already");
            }
            check();
            forgetOld();
            all();
        }
    }

    private void all() throws Failure, IOException {
        try (Interruption interruption = Interruption.hold()) {
            try {
                parts(interruption);
            } catch (Failure | IOException | RuntimeException e) {
                undo();
                throw e;
            }
        }
    }

    /// Refuses what cannot succeed, before anything is changed.
    private void check() throws Failure, IOException {
        if (tunnel.conf.mistake() != null) throw new Failure(tunnel.conf.mistake());
        if (tunnel.inquiry.linkExists()) {
            throw new Failure("`" + tunnel.name() + "' already exists");
        }
        if (tunnel.around.daemons().serves(tunnel.name())) {
            throw new Failure(
                    "`" + tunnel.name() + "' already exists, in another network namespace");
        }
        tunnel.wireguard.check();
        if (host.find(implementation()).isEmpty()) {
            throw new Failure(implementation() + ": command not found");
        }
        if (!tunnel.conf.dns().isEmpty() && tunnel.dns().isEmpty()) {
            throw new Failure("DNS needs resolvconf or resolvectl, and neither is installed");
        }
    }

    private void parts(Interruption interruption) throws Failure, IOException {
        tunnel.journal.write(entry);
        tunnel.runner.run(plan.create(implementation()), Interruption.NEVER);
        created = true;
        tunnel.runner.run(plan.configure(), interruption);
        Optional<Dns> dns = tunnel.dns();
        namesServers = dns.isPresent();
        int mtu = Mtu.toward(tunnel.wireguard.state().endpoints(), host);
        tunnel.runner.run(plan.link(mtu, dns), interruption);
        routes(interruption);
        demandUp();
        tunnel.runner.run(plan.finish(), interruption);
        tunnel.journal.write(entry.completed());
    }

    /// A daemon that has no sockets when its interface comes up sets it down again.
    private void demandUp() throws Failure {
        if (!tunnel.inquiry.isDown()) return;
        throw new Failure("`" + tunnel.name() + "' was set down by its daemon, whose log says why");
    }

    private void routes(Interruption interruption) throws Failure, IOException {
        TunnelState state = tunnel.wireguard.state();
        try (FileChannel _ =
                tunnel.journal.lockTables(interruption, tunnel.around.console()::note)) {
            UpPlan.Facts facts = facts(state);
            entry = new Journal.Entry(facts.table(), false, plan.unreachable(state, facts));
            tunnel.journal.write(entry);
            tunnel.runner.run(plan.routes(state, facts), interruption);
        }
    }

    private UpPlan.Facts facts(TunnelState state) throws Failure {
        return facts(state, tunnel.inquiry.connected(), tunnel.inquiry.addresses());
    }

    private UpPlan.Facts facts(TunnelState state, List<IpPrefix> connected, List<String> addresses)
            throws Failure {
        if (!tunnel.conf.automaticTable() || !state.isFull()) {
            return new UpPlan.Facts(connected, 0, addresses, Firewall.Tool.NONE, true);
        }
        Firewall.Tool firewall = Firewall.Tool.find(host);
        if (firewall == Firewall.Tool.NONE) {
            throw new Failure("a default route needs nft or iptables, and neither is installed");
        }
        return new UpPlan.Facts(
                connected,
                state.mark() != 0 ? state.mark() : tunnel.inquiry.freeTable(),
                addresses,
                firewall,
                tunnel.inquiry.marksAreValid());
    }

    /// The facts as they will be when nobody but us changes anything.
    private UpPlan.Facts predictFacts(TunnelState state) throws Failure {
        List<IpPrefix> connected = new ArrayList<>();
        List<String> addresses = new ArrayList<>();
        for (String text : tunnel.conf.addresses()) {
            Optional<InterfaceAddress> address = InterfaceAddress.parse(text);
            if (address.isEmpty()) continue;
            IpPrefix network = address.get().network();
            // An IPv4 address alone is local only; an IPv6 address has a route in any case.
            if (network.address().v6() || network.length() < 32) connected.add(network);
            addresses.add(address.get().toString());
        }
        return facts(state, connected, addresses);
    }

    private String implementation() {
        return tunnel.around
                .environment()
                .getOrDefault("WG_QUICK_USERSPACE_IMPLEMENTATION", "aditd");
    }

    /// Removes what a tunnel of this name left behind when its daemon was killed.
    private void forgetOld() throws IOException {
        Optional<Journal.Entry> old = tunnel.journal.read();
        if (old.isEmpty()) return;
        List<Step> steps = tunnel.removal(old.get(), Optional.empty()).steps();
        if (!steps.isEmpty()) {
            tunnel.around.console().note("Removing what an earlier " + tunnel.name() + " left");
        }
        tunnel.runner.runAll(steps);
        tunnel.journal.remove();
    }

    /// Takes away what was done so far, and nothing that somebody else made.
    private void undo() throws IOException {
        if (created) {
            Optional<Dns> dns = namesServers ? tunnel.dns() : Optional.empty();
            Daemons.Watch daemon = tunnel.around.daemons().watch(tunnel.name());
            tunnel.runner.runAll(tunnel.removal(entry, dns).steps());
            daemon.awaitEnd();
        }
        tunnel.journal.remove();
    }
}
