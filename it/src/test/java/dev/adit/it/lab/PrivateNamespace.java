package dev.adit.it.lab;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;

/// A network namespace with a `/run` of its own, so that neither its interfaces nor the sockets of
/// its daemons have to do with those of other tests: names are free, and lists are complete.
///
/// Closing it ends what runs inside.
public final class PrivateNamespace implements AutoCloseable {
    private final Netns netns;
    private final Running keeper;

    /// Makes one. `role` is part of its namespace's name.
    public static PrivateNamespace create(String role) {
        Software.requireTool("unshare");
        Software.requireTool("nsenter");
        Netns netns = Netns.create(role);
        try {
            return new PrivateNamespace(netns, keeper(netns));
        } catch (Throwable failure) {
            netns.close();
            throw failure;
        }
    }

    private PrivateNamespace(Netns netns, Running keeper) {
        this.netns = netns;
        this.keeper = keeper;
    }

    /// Mounts last as long as a program that has them.
    private static Running keeper(Netns netns) {
        String script =
                "mount -t tmpfs tmpfs /run && chmod 755 /run && echo ready && exec sleep infinity";
        Command command = Command.of("unshare", "-m", "sh", "-c", script);
        Running keeper = netns.start(command);
        keeper.awaitOutput("ready");
        assumeTrue(keeper.alive(), () -> "no mounts here: " + keeper.output());
        return keeper;
    }

    /// The namespace, whose own commands see the machine's `/run`.
    public Netns netns() {
        return netns;
    }

    /// The command that runs `argv` inside.
    public Command command(String... argv) {
        return commandIn(netns, argv);
    }

    /// The command that runs `argv` in another namespace, with this cell's `/run`.
    public Command commandIn(Netns other, String... argv) {
        List<String> inside =
                new ArrayList<>(
                        List.of(
                                "nsenter",
                                "--mount=/proc/" + keeper.pid() + "/ns/mnt",
                                "--net=/run/netns/" + other.name()));
        inside.addAll(List.of(argv));
        return Command.of(inside);
    }

    /// Runs a command inside, which must succeed.
    public Outcome run(String... argv) {
        return command(argv).run().ok();
    }

    @Override
    public void close() {
        netns.close();
    }
}
