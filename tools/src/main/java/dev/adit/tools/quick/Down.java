package dev.adit.tools.quick;

import dev.adit.device.config.file.WgQuickFile;
import dev.adit.tools.host.Daemons;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The verb `down`: removes a tunnel, even one that `up` did not finish, or whose daemon is gone.
/// Confined to one thread.
final class Down {
    private final QuickTunnel tunnel;
    private final WgQuickFile conf;
    private final String name;

    Down(QuickTunnel tunnel) {
        this.tunnel = tunnel;
        conf = tunnel.conf;
        name = tunnel.name();
    }

    /// The steps that [#run] would take.
    Plan plan() throws VerbFailure, IOException {
        State state = state();
        List<Step> before = new ArrayList<>(before(state));
        if (saves(state)) before.add(new Step.Save(name, tunnel.path.shown()));
        return Plan.of(before, removal(state).steps(), after(state));
    }

    void run() throws VerbFailure, IOException {
        State state = state();
        if (state.broken) {
            tunnel.context.console().note(name + " was not fully brought up, or has failed since");
        }
        try (SignalHold signals = SignalHold.hold()) {
            tunnel.runner.run(before(state), signals);
            boolean kept = !saves(state) || tunnel.save(signals);
            // Only now: the hooks may have changed the tunnel's state.
            int status = remove(state);
            VerbFailure failure = status == 0 ? null : VerbFailure.told(status);
            try {
                tunnel.runner.run(after(state), SignalHold.NEVER);
            } catch (VerbFailure e) {
                if (failure == null) failure = e;
            }
            // On failure the record is kept for another attempt.
            if (status == 0) tunnel.record.remove();
            if (failure == null && !kept) failure = VerbFailure.told(1);
            if (failure != null) throw failure;
        }
    }

    /// Removes the tunnel.
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

    /// @param link whether the interface exists
    /// @param served whether its daemon runs
    /// @param broken whether `up` or the daemon was killed, so that hooks may fail
    /// @param entry the record of what was done for it
    private record State(boolean link, boolean served, boolean broken, UpRecord.Entry entry) {}

    private State state() throws VerbFailure, IOException {
        Optional<UpRecord.Entry> recorded = tunnel.record.read();
        boolean link = tunnel.queries.linkExists();
        boolean served = tunnel.isUp();
        boolean remains = recorded.isPresent() || (!link && hasFirewall());
        if (!served && (!remains || tunnel.queries.isInKernel())) throw tunnel.notUp();
        boolean broken = !served || !recorded.map(UpRecord.Entry::complete).orElse(true);
        UpRecord.Entry entry = recorded.isPresent() ? recorded.get() : foreign(served);
        return new State(link, served, broken, entry);
    }

    private boolean hasFirewall() {
        return !Firewall.remove(tunnel.context.host(), name).isEmpty();
    }

    /// The record of a tunnel that has none, because another program set it up.
    private UpRecord.Entry foreign(boolean served) throws VerbFailure {
        if (!served || !conf.automaticTable()) return UpRecord.Entry.BEGUN;
        TunnelState state = tunnel.wireguard.state();
        return new UpRecord.Entry(state.isFull() ? state.mark() : 0, true, List.of());
    }

    private List<Step> before(State state) {
        return Hooks.steps(conf.preDown(), name, state.broken);
    }

    /// An incomplete state must not overwrite the configuration file.
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
