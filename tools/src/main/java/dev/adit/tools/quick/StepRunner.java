package dev.adit.tools.quick;

import dev.adit.tools.host.SystemHost;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/// Runs steps, and shows each before. Confined to one thread.
final class StepRunner {
    private final SystemHost host;
    private final VerbOutput console;
    private final Wireguard wireguard;
    private final Map<String, String> environment;
    private final SaveConfig saveConfig;
    private final HookShell shell;

    StepRunner(
            SystemHost host,
            VerbOutput console,
            Wireguard wireguard,
            Map<String, String> environment,
            SaveConfig saveConfig,
            HookShell shell) {
        this.host = host;
        this.console = console;
        this.wireguard = wireguard;
        this.environment = environment;
        this.saveConfig = saveConfig;
        this.shell = shell;
    }

    /// Runs `steps` until one that is not optional fails, or a signal interrupts.
    void run(List<Step> steps, SignalHold signals) throws VerbFailure {
        for (Step step : steps) {
            if (signals.requested()) throw VerbFailure.told(INTERRUPTED);
            run(step);
        }
        if (signals.requested()) throw VerbFailure.told(INTERRUPTED);
    }

    /// Runs all of `steps`, whatever fails.
    ///
    /// @return the exit status of the first step that is not optional and failed, or 0
    int runAll(List<Step> steps) {
        int status = 0;
        for (Step step : steps) {
            try {
                run(step);
            } catch (VerbFailure e) {
                if (e.getMessage() != null) console.error(e.getMessage());
                if (status == 0) status = e.status();
            }
        }
        return status;
    }

    private void run(Step step) throws VerbFailure {
        console.echo(step);
        switch (step) {
            case Step.Run run -> command(run, run.argv());
            case Step.Hook hook -> hook(hook);
            case Step.AddConf _ -> wireguard.addConf(environment);
            case Step.SetMark set -> wireguard.setMark(set.mark());
            case Step.Save _ -> saveConfig.save();
        }
    }

    private void command(Step step, List<String> argv) throws VerbFailure {
        int status;
        try {
            status = host.run(argv, step.input());
        } catch (IOException e) {
            console.error(argv.getFirst() + ": " + VerbOutput.bytes(e.getMessage()));
            status = NOT_FOUND;
        }
        demand(step, status);
    }

    private void hook(Step.Hook hook) throws VerbFailure {
        int status;
        try {
            status = shell.run(host, hook.line());
        } catch (IOException e) {
            console.error("bash: " + VerbOutput.bytes(e.getMessage()));
            status = NOT_FOUND;
        }
        demand(hook, status);
    }

    private static void demand(Step step, int status) throws VerbFailure {
        if (status != 0 && !step.optional()) throw VerbFailure.told(status);
    }

    static final int INTERRUPTED = 130; // as in shells, for SIGINT
    private static final int NOT_FOUND = 127; // as in shells
}
