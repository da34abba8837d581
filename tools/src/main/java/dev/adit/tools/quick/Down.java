package dev.adit.tools.quick;

import dev.adit.tools.host.Daemons;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The verb `down`: takes a tunnel away, also one that `up` did not finish, or whose daemon is
/// gone. Confined to one thread.
final class Down {
    private final Tunnel tunnel;
    private final QuickConf conf;
    private final String name;

    Down(Tunnel tunnel) {
        this.tunnel = tunnel;
        conf = tunnel.conf;
        name = tunnel.name();
    }

    /// What [#run] would do.
    Plan plan() throws Failure, IOException {
        State state = state();
        return Plan.of(before(state), removal(state).steps(), after(state));
    }

    void run() throws Failure, IOException {
        State state = state();
        if (state.broken) {
            tunnel.around.console().note(name + " was not brought up in full, or broke since");
        }
        try (Interruption interruption = Interruption.hold()) {
            tunnel.runner.run(before(state), interruption);
            // Only now: the hooks may have changed what there is to remove.
            Daemons.Watch daemon = tunnel.around.daemons().watch(name);
            int status = tunnel.runner.runAll(removal(state).steps());
            if (state.link) daemon.awaitEnd();
            Failure failure = status == 0 ? null : Failure.told(status);
            try {
                tunnel.runner.run(after(state), Interruption.NEVER);
            } catch (Failure e) {
                if (failure == null) failure = e;
            }
            // What could not be removed is for another attempt.
            if (status == 0) tunnel.journal.remove();
            if (failure != null) throw failure;
        }
    }

    /// @param link whether the interface is there
    /// @param broken whether `up` or the daemon was killed, so that hooks may fail
    /// @param table the mark of its default route, 0 for none
    private record State(boolean link, boolean broken, int table) {}

    private State state() throws Failure, IOException {
        Optional<Journal.Entry> journal = tunnel.journal.read();
        boolean link = tunnel.inquiry.linkExists();
        boolean served = tunnel.isUp();
        boolean remains = journal.isPresent() || (!link && hasFirewall());
        if (!served && (!remains || tunnel.inquiry.isInKernel())) throw tunnel.notUp();
        boolean broken = !served || !journal.map(Journal.Entry::complete).orElse(true);
        int table = journal.isPresent() ? journal.get().table() : served ? currentTable() : 0;
        return new State(link, broken, table);
    }

    private boolean hasFirewall() {
        return !Firewall.remove(tunnel.around.host(), name).isEmpty();
    }

    /// The table of a tunnel that has no journal, because another program brought it up.
    private int currentTable() throws Failure {
        if (!conf.automaticTable()) return 0;
        TunnelState state = tunnel.wireguard.state();
        return state.isFull() ? state.mark() : 0;
    }

    private List<Step> before(State state) {
        List<Step> steps = new ArrayList<>(Hooks.steps(conf.preDown(), name, state.broken));
        // What is not complete must not replace what was meant to be.
        if (conf.saveConfig() && !state.broken) {
            steps.add(new Step.Save(name, tunnel.path.shown()));
        }
        return steps;
    }

    private DownPlan removal(State state) {
        return DownPlan.of(tunnel.around.host(), name, state.table, tunnel.dns());
    }

    private List<Step> after(State state) {
        return Hooks.steps(conf.postDown(), name, state.broken);
    }
}
