package dev.adit.tools.quick;

import dev.adit.device.config.ConfigException;
import dev.adit.device.config.file.InterfaceAddress;
import dev.adit.ip.address.IpPrefix;
import dev.adit.tools.host.Daemons;
import dev.adit.tools.host.SystemHost;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The verb `up`: checks first, then does the parts of an [UpPlan], and undoes them when one fails.
/// Confined to one thread.
final class Up {
    private final QuickTunnel tunnel;
    private final UpPlan plan;
    private final SystemHost host;
    private boolean created;
    private boolean namesServers;
    private UpRecord.Entry entry = UpRecord.Entry.BEGUN;

    Up(QuickTunnel tunnel) {
        this.tunnel = tunnel;
        plan = new UpPlan(tunnel.conf, tunnel.name(), tunnel.path.shown());
        host = tunnel.context.host();
    }

    /// The steps that [#run] would take, as far as they can be known beforehand.
    Plan plan() throws VerbFailure, IOException {
        check();
        TunnelState state = tunnel.wireguard.predict();
        return Plan.of(
                plan.create(implementation()),
                plan.configure(),
                plan.link(Mtu.toward(state.endpoints(), host), tunnel.dns()),
                plan.routes(state, predictFacts(state)),
                plan.finish());
    }

    void run() throws VerbFailure, IOException {
        try (FileChannel lock = tunnel.record.lockName()) {
            if (lock == null) {
                throw new VerbFailure("`" + tunnel.name() + "' is being brought up already");
            }
            check();
            forgetOld();
            all();
        }
    }

    private void all() throws VerbFailure, IOException {
        try (SignalHold signals = SignalHold.hold()) {
            try {
                parts(signals);
            } catch (VerbFailure | IOException | RuntimeException e) {
                undo();
                throw e;
            }
        }
    }

    /// Refuses a configuration that cannot succeed, before anything is changed.
    private void check() throws VerbFailure, IOException {
        ConfigException mistake = tunnel.conf.mistake();
        if (mistake != null) throw new VerbFailure(mistake.getMessage());
        if (tunnel.queries.linkExists()) {
            throw new VerbFailure("`" + tunnel.name() + "' already exists");
        }
        if (tunnel.context.daemons().serves(tunnel.name())) {
            throw new VerbFailure(
                    "`" + tunnel.name() + "' already exists, in another network namespace");
        }
        tunnel.wireguard.check();
        if (host.find(implementation()).isEmpty()) {
            throw new VerbFailure(implementation() + ": command not found");
        }
        if (!tunnel.conf.dns().isEmpty() && tunnel.dns().isEmpty()) {
            throw new VerbFailure("DNS needs resolvconf or resolvectl, and neither is installed");
        }
    }

    private void parts(SignalHold signals) throws VerbFailure, IOException {
        tunnel.record.write(entry);
        tunnel.runner.run(plan.create(implementation()), SignalHold.NEVER);
        created = true;
        tunnel.runner.run(plan.configure(), signals);
        Optional<Dns> dns = tunnel.dns();
        namesServers = dns.isPresent();
        int mtu = Mtu.toward(tunnel.wireguard.state().endpoints(), host);
        tunnel.runner.run(plan.link(mtu, dns), signals);
        demandUp();
        routes(signals);
        tunnel.runner.run(plan.finish(), signals);
        tunnel.record.write(entry.completed());
    }

    /// A daemon that gets no sockets when its interface goes up says so, and sets it down again:
    /// the former comes first.
    private void demandUp() throws VerbFailure {
        Optional<String> failure = tunnel.wireguard.awaitUp(tunnel.queries::isDown);
        if (failure.isPresent()) {
            throw new VerbFailure("`" + tunnel.name() + "' has no sockets: " + failure.get());
        }
        if (!tunnel.queries.isDown()) return;
        throw new VerbFailure(
                "`" + tunnel.name() + "' was set down by its daemon, whose log says why");
    }

    private void routes(SignalHold signals) throws VerbFailure, IOException {
        TunnelState state = tunnel.wireguard.state();
        try (FileChannel _ = tunnel.record.lockTables(signals, tunnel.context.console()::note)) {
            UpPlan.Facts facts = facts(state);
            entry = new UpRecord.Entry(facts.table(), false, plan.unreachable(state, facts));
            tunnel.record.write(entry);
            tunnel.runner.run(plan.routes(state, facts), signals);
        }
    }

    private UpPlan.Facts facts(TunnelState state) throws VerbFailure {
        return facts(state, tunnel.queries.connected(), tunnel.queries.addresses());
    }

    private UpPlan.Facts facts(TunnelState state, List<IpPrefix> connected, List<String> addresses)
            throws VerbFailure {
        if (!tunnel.conf.automaticTable() || !state.isFull()) {
            return new UpPlan.Facts(connected, 0, addresses, Firewall.Tool.NONE, true);
        }
        Firewall.Tool firewall = Firewall.Tool.find(host);
        if (firewall == Firewall.Tool.NONE) {
            throw new VerbFailure(
                    "a default route needs nft or iptables, and neither is installed");
        }
        return new UpPlan.Facts(
                connected,
                state.mark() != 0 ? state.mark() : tunnel.queries.freeTable(),
                addresses,
                firewall,
                tunnel.queries.marksAreValid());
    }

    /// Predicts the facts, assuming that only we change anything.
    private UpPlan.Facts predictFacts(TunnelState state) throws VerbFailure {
        List<IpPrefix> connected = new ArrayList<>();
        List<String> addresses = new ArrayList<>();
        for (String text : tunnel.conf.addresses()) {
            Optional<InterfaceAddress> address = InterfaceAddress.parse(text);
            if (address.isEmpty()) continue;
            IpPrefix network = address.get().network();
            // An IPv4 address alone is local only; an IPv6 address always has a route.
            if (network.address().v6() || network.length() < 32) connected.add(network);
            addresses.add(address.get().toString());
        }
        return facts(state, connected, addresses);
    }

    private String implementation() {
        return tunnel.context
                .environment()
                .getOrDefault("WG_QUICK_USERSPACE_IMPLEMENTATION", "aditd");
    }

    /// Removes what a tunnel of this name left behind when its daemon was killed.
    private void forgetOld() throws IOException {
        Optional<UpRecord.Entry> old = tunnel.record.read();
        if (old.isEmpty()) return;
        List<Step> steps = tunnel.removal(old.get(), Optional.empty()).steps();
        if (!steps.isEmpty()) {
            tunnel.context.console().note("Removing what an earlier " + tunnel.name() + " left");
        }
        tunnel.runner.runAll(steps);
        tunnel.record.remove();
    }

    /// Undoes what was done so far, and nothing that others did.
    private void undo() throws IOException {
        if (created) {
            Optional<Dns> dns = namesServers ? tunnel.dns() : Optional.empty();
            Daemons.Watch daemon = tunnel.context.daemons().watch(tunnel.name());
            tunnel.runner.runAll(tunnel.removal(entry, dns).steps());
            daemon.awaitEnd();
        }
        tunnel.record.remove();
    }
}
