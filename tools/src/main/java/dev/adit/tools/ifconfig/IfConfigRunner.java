package dev.adit.tools.ifconfig;

import dev.adit.device.config.DeviceUpdate;
import dev.adit.tools.host.Daemons;
import dev.adit.tools.host.LinkUp;
import dev.adit.tools.ifconfig.IfConfigLine.Action;
import dev.adit.tools.terminal.CommandFailure;
import dev.adit.tools.terminal.ErrorText;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Carries out one parsed line of ifconfig(8). Confined to one thread.
///
/// Failures have the message without the name of the program.
final class IfConfigRunner {
    private final CommandContext context;
    private final String name;
    private final PolicyRules tables;
    private final RoutingDomains domains;
    private final Consumer<String> notes;

    /// @param name the interface
    /// @param notes told of things that are created without being named in the command
    IfConfigRunner(CommandContext context, String name, Consumer<String> notes) {
        this.context = context;
        this.name = name;
        this.notes = notes;
        tables = new PolicyRules(context, name);
        domains = new RoutingDomains(context, name, notes);
    }

    /// Carries out `assignment`, and erases it whatever the outcome.
    void perform(IfConfigLine assignment) throws CommandFailure {
        try (FileChannel _ = context.lock()) {
            if (assignment.destroy()) destroy();
            else assign(assignment);
        } catch (AccessDeniedException e) {
            throw new CommandFailure(name + ": Permission denied");
        } catch (IOException e) {
            throw new CommandFailure(name + ": " + ErrorText.of(e));
        } finally {
            assignment.erase();
        }
    }

    /// True when the name is taken.
    boolean exists() throws IOException {
        return context.daemons().serves(name) || SystemInterface.find(context, name).isPresent();
    }

    /// The failure for an interface that no daemon of ours serves.
    static CommandFailure notOurs(String name, Optional<SystemInterface> link) {
        boolean there = link.isPresent();
        return new CommandFailure(name + (there ? ": no daemon serves it" : ": no such interface"));
    }

    private void assign(IfConfigLine assignment) throws CommandFailure, IOException {
        if (assignment.create()) create();
        else if (!context.daemons().serves(name))
            throw notOurs(name, SystemInterface.find(context, name));
        act(assignment.actions());
        if (assignment.update() != null) configure(assignment.update());
        demandSockets(assignment.actions());
        if (!assignment.actions().isEmpty()
                && assignment.actions().getLast() instanceof Action.Name(String fresh)) {
            rename(fresh);
        }
    }

    /// Renames the interface, its configuration socket and its record.
    private void rename(String fresh) throws CommandFailure, IOException {
        if (fresh.equals(name)) return;
        if (new IfConfigRunner(context, fresh, notes).exists()) {
            throw new CommandFailure(name + ": SIOCSIFNAME: File exists");
        }
        SystemInterface link = link();
        int inner = InterfaceRecord.read(context, name).inner();
        if (inner != 0) tables.releaseInner(link);
        link.set("name", fresh);
        try {
            context.daemons().rename(name, fresh);
        } catch (IOException e) {
            link.renamed(fresh).set("name", name);
            if (inner != 0) tables.inner(link, inner);
            throw e;
        }
        InterfaceRecord.rename(context, name, fresh);
        if (inner != 0) new PolicyRules(context, fresh).inner(link.renamed(fresh), inner);
    }

    private void create() throws CommandFailure, IOException {
        if (exists()) throw new CommandFailure(name + ": SIOCIFCREATE: File exists");
        release(InterfaceRecord.read(context, name)); // left by one whose daemon was killed
        SystemInterface.run(context.host(), List.of("aditd", name));
    }

    private void destroy() throws CommandFailure, IOException {
        InterfaceRecord record = InterfaceRecord.read(context, name);
        Optional<SystemInterface> link = SystemInterface.find(context, name);
        boolean served = context.daemons().serves(name);
        if (!served && record.equals(InterfaceRecord.NOTHING)) throw notOurs(name, link);
        if (served) {
            Daemons.Watch daemon = context.daemons().watch(name);
            if (link.isPresent()) {
                tables.releaseInner(link.get());
                link.get().delete();
            }
            daemon.awaitEnd();
        }
        release(InterfaceRecord.read(context, name));
    }

    /// Undoes what was done for an interface that is gone.
    private void release(InterfaceRecord record) throws CommandFailure, IOException {
        if (record.equals(InterfaceRecord.NOTHING)) return;
        tables.releaseInner(null);
        tables.releaseOuter();
        InterfaceRecord.NOTHING.write(context, name);
        domains.release(record);
    }

    private void act(List<Action> actions) throws CommandFailure, IOException {
        Routes routes = null;
        for (int i = 0; i < actions.size(); i++) {
            Action action = actions.get(i);
            boolean again = actions.subList(i, actions.size()).stream().anyMatch(Action::takesUp);
            if (takesDown(action) && again && routes == null) routes = Routes.of(link());
            act(action);
            if (action instanceof Action.Domain) routes = null; // they belong to the old namespace
            if (routes == null || !action.takesUp()) continue;
            List<String> lost = routes.restore(link());
            if (!lost.isEmpty()) {
                throw new CommandFailure(
                        name + ": cannot restore routes: " + String.join(" ", lost));
            }
            routes = null;
        }
    }

    /// Fails where the BSDs do: when the interface was set up and has no sockets.
    private void demandSockets(List<Action> actions) throws CommandFailure, IOException {
        boolean up = false;
        for (Action action : actions) up = (up || action.takesUp()) && !takesDown(action);
        if (!up) return;
        SystemInterface link = link();
        Optional<String> failure = LinkUp.await(context.daemons().device(name), () -> !link.isUp());
        if (failure.isPresent()) {
            throw new CommandFailure(name + ": SIOCSIFFLAGS: " + failure.get());
        }
    }

    private static boolean takesDown(Action action) {
        return action instanceof Action.Up(boolean up) && !up;
    }

    private void act(Action action) throws CommandFailure, IOException {
        switch (action) {
            case Action.Up state -> state(state.up());
            case Action.Mtu mtu -> link().set("mtu", String.valueOf(mtu.bytes()));
            case Action.Description description -> link().set("alias", description.text());
            case Action.Address address -> InterfaceAddresses.assign(link(), name, address);
            case Action.OuterTable table -> tables.outer(table.number());
            case Action.InnerTable table -> tables.inner(link(), table.number());
            case Action.Domain domain -> move(domain.number());
            case Action.Group group ->
                    InterfaceRecord.read(context, name)
                            .withGroup(group.name(), group.member())
                            .write(context, name);
            case Action.Note note -> notes.accept(note.text());
            case Action.Name _ -> {} // below, after the keys and peers
        }
    }

    private void state(boolean up) throws CommandFailure, IOException {
        SystemInterface link = link();
        // As on the BSDs, it keeps its addresses until it comes up again.
        if (!up) link.keepAddresses();
        link.set(up ? "up" : "down");
    }

    private void move(int number) throws CommandFailure, IOException {
        SystemInterface link = link();
        int inner = InterfaceRecord.read(context, name).inner();
        if (inner != 0) tables.releaseInner(link);
        SystemInterface moved = domains.move(link, number);
        if (inner != 0) tables.inner(moved, inner);
    }

    private SystemInterface link() throws CommandFailure, IOException {
        return SystemInterface.find(context, name)
                .orElseThrow(() -> new CommandFailure(name + ": is in a namespace without a name"));
    }

    private void configure(DeviceUpdate update) throws CommandFailure {
        try {
            context.daemons().device(name).configure(update);
        } catch (IOException e) {
            throw new CommandFailure(name + ": SIOCSWG: " + ErrorText.of(e));
        }
    }
}
