package dev.adit.tools.quick;

import dev.adit.device.config.file.WgQuickFile;
import dev.adit.tools.host.StateFolder;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A tunnel: its configuration, and the parts of the system that belong to it. Confined to one
/// thread.
final class QuickTunnel {
    final QuickContext context;
    final ConfPath path;
    final WgQuickFile conf;
    final SystemQueries queries;
    final Wireguard wireguard;
    final UpRecord record;
    final StepRunner runner;
    private final SaveConfig saveConfig;

    /// @param arguments those of the program: the verb, and the interface or file it was given
    QuickTunnel(QuickContext context, ConfPath path, WgQuickFile conf, List<String> arguments) {
        this.context = context;
        this.path = path;
        this.conf = conf;
        queries = new SystemQueries(context.host(), name());
        wireguard =
                new Wireguard(
                        context.daemons().device(name()), conf, path.shown(), context.console());
        StateFolder folder = new StateFolder(context.records());
        record = new UpRecord(folder, name(), context.namespace());
        saveConfig = new SaveConfig(conf, path, context.host(), wireguard);
        String program = context.console().program();
        HookShell shell = new HookShell(folder, name(), conf, path.shown(), program, arguments);
        runner =
                new StepRunner(
                        context.host(),
                        context.console(),
                        wireguard,
                        context.environment(),
                        saveConfig,
                        shell);
    }

    String name() {
        return path.name();
    }

    /// True when a daemon serves the interface, which is here or was moved from here.
    boolean isUp() throws IOException {
        return context.daemons().serves(name()) && (queries.linkExists() || isMoved());
    }

    /// True when the interface is not where its daemon was started, or has another name: a hook has
    /// moved it to another network namespace, or has renamed it.
    boolean isMoved() throws IOException {
        return !queries.linkExists() && context.daemons().isOfThisNamespace(name());
    }

    /// Writes the state to the configuration file.
    ///
    /// @return whether all of it is kept; losses have been reported
    boolean save(SignalHold signals) throws VerbFailure, IOException {
        if (isMoved()) {
            String kept = "its addresses and MTU are kept as they were configured";
            context.console().note("`" + name() + "' was moved or renamed: " + kept);
        }
        List<String> lost = saveConfig.lostAddresses();
        runner.run(List.of(new Step.Save(name(), path.shown())), signals);
        for (String address : lost) {
            String why = "Address cannot say the other end of an address";
            context.console().error("`" + address + "' is not saved: " + why);
        }
        return lost.isEmpty();
    }

    /// The failure for an interface that is not up.
    VerbFailure notUp() {
        return new VerbFailure(
                queries.isInKernel()
                        ? "`" + name() + "' belongs to the kernel's WireGuard: use wg-quick"
                        : "`" + name() + "' is not a WireGuard interface");
    }

    /// The plan that removes its present state.
    ///
    /// @param entry the record of what was done for it
    /// @param dns the resolver that was told its name servers
    DownPlan removal(UpRecord.Entry entry, Optional<Dns> dns) throws IOException {
        List<UnreachableRoute> unreachable = new ArrayList<>(entry.unreachable());
        // A route needed by two tunnels stays until the second is gone.
        for (UpRecord.Entry other : record.others()) unreachable.removeAll(other.unreachable());
        return DownPlan.of(context.host(), name(), isMoved(), entry.table(), dns, unreachable);
    }

    /// The resolver to tell about name servers; empty when there are none to tell.
    Optional<Dns> dns() {
        return conf.dns().isEmpty() ? Optional.empty() : Dns.find(context.host(), name());
    }
}
