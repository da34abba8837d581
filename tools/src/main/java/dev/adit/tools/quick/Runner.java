package dev.adit.tools.quick;

import dev.adit.tools.host.Host;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/// Does steps, showing each before. Confined to one thread.
final class Runner {
    private final Host host;
    private final Console console;
    private final Wireguard wireguard;
    private final Map<String, String> environment;
    private final Saving saving;
    private final HookShell shell;

    Runner(
            Host host,
            Console console,
            Wireguard wireguard,
            Map<String, String> environment,
            Saving saving,
            HookShell shell) {
        this.host = host;
        this.console = console;
        this.wireguard = wireguard;
        this.environment = environment;
        this.saving = saving;
        this.shell = shell;
    }

    /// Does `steps` until one that is not optional fails, or somebody interrupts.
    void run(List<Step> steps, Interruption interruption) throws Failure {
        for (Step step : steps) {
            if (interruption.requested()) throw Failure.told(INTERRUPTED);
            run(step);
        }
        if (interruption.requested()) throw Failure.told(INTERRUPTED);
    }

    /// Does all of `steps`, whatever becomes of them.
    ///
    /// @return the exit status of the first that is not optional and failed, or 0
    int runAll(List<Step> steps) {
        int status = 0;
        for (Step step : steps) {
            try {
                run(step);
            } catch (Failure e) {
                if (e.getMessage() != null) console.error(e.getMessage());
                if (status == 0) status = e.status();
            }
        }
        return status;
    }

    private void run(Step step) throws Failure {
        console.echo(step);
        switch (step) {
            case Step.Run run -> command(run, run.argv());
            case Step.Hook hook -> hook(hook);
            case Step.AddConf _ -> wireguard.addConf(environment);
            case Step.SetMark set -> wireguard.setMark(set.mark());
            case Step.Save _ -> saving.save();
        }
    }

    private void command(Step step, List<String> argv) throws Failure {
        int status;
        try {
            status = host.run(argv, step.input());
        } catch (IOException e) {
            console.error(argv.getFirst() + ": " + Console.bytes(e.getMessage()));
            status = NOT_FOUND;
        }
        demand(step, status);
    }

    private void hook(Step.Hook hook) throws Failure {
        int status;
        try {
            status = shell.run(host, hook.line());
        } catch (IOException e) {
            console.error("bash: " + Console.bytes(e.getMessage()));
            status = NOT_FOUND;
        }
        demand(hook, status);
    }

    private static void demand(Step step, int status) throws Failure {
        if (status != 0 && !step.optional()) throw Failure.told(status);
    }

    static final int INTERRUPTED = 130; // as shells say it for SIGINT
    private static final int NOT_FOUND = 127; // as shells say it
}
