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
        List<Step> before = new ArrayList<>(before(state));
        if (saves(state)) before.add(new Step.Save(name, tunnel.path.shown()));
        return Plan.of(before, removal(state).steps(), after(state));
    }

    void run() throws Failure, IOException {
        State state = state();
        if (state.broken) {
            tunnel.around.console().note(name + " was not brought up in full, or broke since");
        }
        try (Interruption interruption = Interruption.hold()) {
            tunnel.runner.run(before(state), interruption);
            boolean kept = !saves(state) || tunnel.save(interruption);
            // Only now: the hooks may have changed what there is to remove.
            int status = remove(state);
            Failure failure = status == 0 ? null : Failure.told(status);
            try {
                tunnel.runner.run(after(state), Interruption.NEVER);
            } catch (Failure e) {
                if (failure == null) failure = e;
            }
            // What could not be removed is for another attempt.
            if (status == 0) tunnel.journal.remove();
            if (failure == null && !kept) failure = Failure.told(1);
            if (failure != null) throw failure;
        }
    }

    /// Takes everything away.
    ///
    /// @return the exit status of the first step that failed, or 0
    private int remove(State state) throws IOException {
        Daemons.Watch daemon = tunnel.around.daemons().watch(name);
        int status = tunnel.runner.runAll(removal(state).steps());
        if (!state.served && !state.link) return status;
        try {
            daemon.awaitEnd();
        } catch (IOException e) {
            tunnel.around.console().error(Console.bytes(e.getMessage()));
            if (status == 0) status = 1;
        }
        return status;
    }

    /// @param link whether the interface is there
    /// @param served whether its daemon is there
    /// @param broken whether `up` or the daemon was killed, so that hooks may fail
    /// @param entry what is known of what was done for it
    private record State(boolean link, boolean served, boolean broken, Journal.Entry entry) {}

    private State state() throws Failure, IOException {
        Optional<Journal.Entry> journal = tunnel.journal.read();
        boolean link = tunnel.inquiry.linkExists();
        boolean served = tunnel.isUp();
        boolean remains = journal.isPresent() || (!link && hasFirewall());
        if (!served && (!remains || tunnel.inquiry.isInKernel())) throw tunnel.notUp();
        boolean broken = !served || !journal.map(Journal.Entry::complete).orElse(true);
        Journal.Entry entry = journal.isPresent() ? journal.get() : foreign(served);
        return new State(link, served, broken, entry);
    }

    private boolean hasFirewall() {
        return !Firewall.remove(tunnel.around.host(), name).isEmpty();
    }

    /// What is known of a tunnel that has no journal, because another program brought it up.
    private Journal.Entry foreign(boolean served) throws Failure {
        if (!served || !conf.automaticTable()) return Journal.Entry.BEGUN;
        TunnelState state = tunnel.wireguard.state();
        return new Journal.Entry(state.isFull() ? state.mark() : 0, true, List.of());
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
