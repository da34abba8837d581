package dev.adit.tools.quick;

import dev.adit.tools.host.Daemons;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The verb `down`: takes a tunnel away, also one that `up` did not finish, or whose daemon is
/// gone. Confined to one thread.
final class Down {
    private final QuickTunnel tunnel;
    private final QuickConf conf;
    private final String name;

    Down(QuickTunnel tunnel) {
        this.tunnel = tunnel;
        conf = tunnel.conf;
        name = tunnel.name();
    }

    /// What [#run] would do.
    Plan plan() throws VerbFailure, IOException {
        State state = state();
        List<Step> before = new ArrayList<>(before(state));
        if (saves(state)) before.add(new Step.Save(name, tunnel.path.shown()));
        return Plan.of(before, removal(state).steps(), after(state));
    }

    void run() throws VerbFailure, IOException {
        State state = state();
        if (state.broken) {
            tunnel.context.console().note(name + " was not brought up in full, or broke since");
        }
        try (SignalHold signals = SignalHold.hold()) {
            tunnel.runner.run(before(state), signals);
            boolean kept = !saves(state) || tunnel.save(signals);
            // Only now: the hooks may have changed what there is to remove.
            int status = remove(state);
            VerbFailure failure = status == 0 ? null : VerbFailure.told(status);
            try {
                tunnel.runner.run(after(state), SignalHold.NEVER);
            } catch (VerbFailure e) {
                if (failure == null) failure = e;
            }
            // What could not be removed is for another attempt.
            if (status == 0) tunnel.record.remove();
            if (failure == null && !kept) failure = VerbFailure.told(1);
            if (failure != null) throw failure;
        }
    }

    /// Takes everything away.
    ///
    /// @return the exit status of the first step that failed, or 0
    private int remove(State state) throws IOException {
        Daemons.Watch daemon = tunnel.context.daemons().watch(name);
        int status = tunnel.runner.runAll(removal(state).steps());
        if (!state.served && !state.link) return status;
        try {
            daemon.awaitEnd();
        } catch (IOException e) {
            tunnel.context.console().error(VerbOutput.bytes(e.getMessage()));
            if (status == 0) status = 1;
        }
        return status;
    }

    /// @param link whether the interface is there
    /// @param served whether its daemon is there
    /// @param broken whether `up` or the daemon was killed, so that hooks may fail
    /// @param entry what is known of what was done for it
    private record State(boolean link, boolean served, boolean broken, UpRecord.Entry entry) {}

    private State state() throws VerbFailure, IOException {
        Optional<UpRecord.Entry> journal = tunnel.record.read();
        boolean link = tunnel.queries.linkExists();
        boolean served = tunnel.isUp();
        boolean remains = journal.isPresent() || (!link && hasFirewall());
        if (!served && (!remains || tunnel.queries.isInKernel())) throw tunnel.notUp();
        boolean broken = !served || !journal.map(UpRecord.Entry::complete).orElse(true);
        UpRecord.Entry entry = journal.isPresent() ? journal.get() : foreign(served);
        return new State(link, served, broken, entry);
    }

    private boolean hasFirewall() {
        return !Firewall.remove(tunnel.context.host(), name).isEmpty();
    }

    /// What is known of a tunnel that has no journal, because another program brought it up.
    private UpRecord.Entry foreign(boolean served) throws VerbFailure {
        if (!served || !conf.automaticTable()) return UpRecord.Entry.BEGUN;
        TunnelState state = tunnel.wireguard.state();
        return new UpRecord.Entry(state.isFull() ? state.mark() : 0, true, List.of());
    }

    private List<Step> before(State state) {
        return Hooks.steps(conf.preDown(), name, state.broken);
    }

    /// What is not complete must not replace what was meant to be.
    private boolean saves(State state) {
        return conf.saveConfig() && !state.broken;
    }

    private DownPlan removal(State state) throws IOException {
        return tunnel.removal(state.entry, tunnel.dns());
    }

    private List<Step> after(State state) {
        return Hooks.steps(conf.postDown(), name, state.broken);
    }
}
