package dev.adit.tools.quick;

import dev.adit.tools.host.StateFolder;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One tunnel: its configuration, and what of the system belongs to it. Confined to one thread.
final class Tunnel {
    final Surroundings around;
    final ConfPath path;
    final QuickConf conf;
    final Inquiry inquiry;
    final Wireguard wireguard;
    final Journal journal;
    final Runner runner;
    private final Saving saving;

    /// @param arguments of the program: the verb, and the interface or file it was given
    Tunnel(Surroundings around, ConfPath path, QuickConf conf, List<String> arguments) {
        this.around = around;
        this.path = path;
        this.conf = conf;
        inquiry = new Inquiry(around.host(), name());
        wireguard =
                new Wireguard(
                        around.daemons().device(name()), conf, path.shown(), around.console());
        StateFolder folder = new StateFolder(around.journals());
        journal = new Journal(folder, name(), around.namespace());
        saving = new Saving(conf, path, around.host(), wireguard);
        String program = around.console().program();
        HookShell shell = new HookShell(folder, name(), conf, path.shown(), program, arguments);
        runner =
                new Runner(
                        around.host(),
                        around.console(),
                        wireguard,
                        around.environment(),
                        saving,
                        shell);
    }

    String name() {
        return path.name();
    }

    /// Whether a daemon serves the interface, which is here or was moved from here.
    boolean isUp() throws IOException {
        return around.daemons().serves(name()) && (inquiry.linkExists() || isMoved());
    }

    /// Whether the interface is not where its daemon was started, under its name: a hook has put it
    /// into another network namespace, or has renamed it.
    boolean isMoved() throws IOException {
        return !inquiry.linkExists() && around.daemons().isOfThisNamespace(name());
    }

    /// Writes the state over the configuration file.
    ///
    /// @return whether all of it is kept; what is not has been told of
    boolean save(Interruption interruption) throws Failure, IOException {
        if (isMoved()) {
            String kept = "its addresses and MTU are kept as they were configured";
            around.console().note("`" + name() + "' was moved or renamed: " + kept);
        }
        List<String> lost = saving.lostAddresses();
        runner.run(List.of(new Step.Save(name(), path.shown())), interruption);
        for (String address : lost) {
            String why = "Address cannot say the other end of an address";
            around.console().error("`" + address + "' is not saved: " + why);
        }
        return lost.isEmpty();
    }

    /// What to say of an interface that is not up.
    Failure notUp() {
        return new Failure(
                inquiry.isInKernel()
                        ? "`" + name() + "' belongs to the kernel's WireGuard: use wg-quick"
                        : "`" + name() + "' is not a WireGuard interface");
    }

    /// The plan that takes away what is there of it now.
    ///
    /// @param entry what is known of what was done for it
    /// @param dns who was told about its name servers
    DownPlan removal(Journal.Entry entry, Optional<Dns> dns) throws IOException {
        List<UnreachableRoute> unreachable = new ArrayList<>(entry.unreachable());
        // What two tunnels need stays until the second is gone.
        for (Journal.Entry other : journal.others()) unreachable.removeAll(other.unreachable());
        return DownPlan.of(around.host(), name(), isMoved(), entry.table(), dns, unreachable);
    }

    /// Who is told about name servers; empty when there are none to tell.
    Optional<Dns> dns() {
        return conf.dns().isEmpty() ? Optional.empty() : Dns.find(around.host(), name());
    }
}
