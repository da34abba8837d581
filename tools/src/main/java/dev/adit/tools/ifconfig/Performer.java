package dev.adit.tools.ifconfig;

import dev.adit.device.config.DeviceUpdate;
import dev.adit.tools.host.Daemons;
import dev.adit.tools.ifconfig.Assignment.Action;
import dev.adit.tools.terminal.Failure;
import dev.adit.tools.terminal.Reason;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Does what an [Assignment] asks for. Confined to one thread.
///
/// Failures bear the message without the name of the program.
final class Performer {
    private final Around around;
    private final String name;
    private final Tables tables;
    private final Domains domains;
    private final Consumer<String> notes;

    /// @param name the interface
    /// @param notes told of what is made that nobody asked for in so many words
    Performer(Around around, String name, Consumer<String> notes) {
        this.around = around;
        this.name = name;
        this.notes = notes;
        tables = new Tables(around, name);
        domains = new Domains(around, name, notes);
    }

    /// Does it, and erases it whatever comes of it.
    void perform(Assignment assignment) throws Failure {
        try (FileChannel _ = around.lock()) {
            if (assignment.destroy()) destroy();
            else assign(assignment);
        } catch (AccessDeniedException e) {
            throw new Failure(name + ": Permission denied");
        } catch (IOException e) {
            throw new Failure(name + ": " + Reason.of(e));
        } finally {
            assignment.erase();
        }
    }

    /// Whether the name is taken.
    boolean exists() throws IOException {
        return around.daemons().serves(name) || Link.find(around, name).isPresent();
    }

    /// Why an interface that no daemon serves is none of ours.
    static Failure notOurs(String name, Optional<Link> link) {
        boolean there = link.isPresent();
        return new Failure(name + (there ? ": no daemon serves it" : ": no such interface"));
    }

    private void assign(Assignment assignment) throws Failure, IOException {
        if (assignment.create()) create();
        else if (!around.daemons().serves(name)) throw notOurs(name, Link.find(around, name));
        act(assignment.actions());
        if (assignment.update() != null) configure(assignment.update());
        if (!assignment.actions().isEmpty()
                && assignment.actions().getLast() instanceof Action.Name(String fresh)) {
            rename(fresh);
        }
    }

    /// The interface, its configuration socket and what is remembered of it get another name.
    private void rename(String fresh) throws Failure, IOException {
        if (fresh.equals(name)) return;
        if (new Performer(around, fresh, notes).exists()) {
            throw new Failure(name + ": SIOCSIFNAME: File exists");
        }
        Link link = link();
        int inner = Memory.read(around, name).inner();
        if (inner != 0) tables.releaseInner(link);
        link.set("name", fresh);
        try {
            around.daemons().rename(name, fresh);
        } catch (IOException e) {
            link.renamed(fresh).set("name", name);
            if (inner != 0) tables.inner(link, inner);
            throw e;
        }
        Memory.rename(around, name, fresh);
        if (inner != 0) new Tables(around, fresh).inner(link.renamed(fresh), inner);
    }

    private void create() throws Failure, IOException {
        if (exists()) throw new Failure(name + ": SIOCIFCREATE: File exists");
        release(Memory.read(around, name)); // of one whose daemon was killed
        Link.run(around.host(), List.of("aditd", name));
    }

    private void destroy() throws Failure, IOException {
        Memory memory = Memory.read(around, name);
        Optional<Link> link = Link.find(around, name);
        boolean served = around.daemons().serves(name);
        if (!served && memory.equals(Memory.NOTHING)) throw notOurs(name, link);
        if (served) {
            Daemons.Watch daemon = around.daemons().watch(name);
            if (link.isPresent()) {
                tables.releaseInner(link.get());
                link.get().delete();
            }
            daemon.awaitEnd();
        }
        release(Memory.read(around, name));
    }

    /// Takes away what was done for an interface that is gone.
    private void release(Memory memory) throws Failure, IOException {
        if (memory.equals(Memory.NOTHING)) return;
        tables.releaseInner(null);
        tables.releaseOuter();
        Memory.NOTHING.write(around, name);
        domains.release(memory);
    }

    private void act(List<Action> actions) throws Failure, IOException {
        Routes routes = null;
        for (int i = 0; i < actions.size(); i++) {
            Action action = actions.get(i);
            boolean again = actions.subList(i, actions.size()).stream().anyMatch(Action::takesUp);
            if (takesDown(action) && again && routes == null) routes = Routes.of(link());
            act(action);
            if (action instanceof Action.Domain) routes = null; // they are of the other namespace
            if (routes == null || !action.takesUp()) continue;
            List<String> lost = routes.restore(link());
            if (!lost.isEmpty()) {
                throw new Failure(name + ": cannot restore routes: " + String.join(" ", lost));
            }
            routes = null;
        }
    }

    private static boolean takesDown(Action action) {
        return action instanceof Action.Up(boolean up) && !up;
    }

    private void act(Action action) throws Failure, IOException {
        switch (action) {
            case Action.Up state -> state(state.up());
            case Action.Mtu mtu -> link().set("mtu", String.valueOf(mtu.bytes()));
            case Action.Description description -> link().set("alias", description.text());
            case Action.Address address -> Addresses.assign(link(), name, address);
            case Action.OuterTable table -> tables.outer(table.number());
            case Action.InnerTable table -> tables.inner(link(), table.number());
            case Action.Domain domain -> move(domain.number());
            case Action.Group group ->
                    Memory.read(around, name)
                            .withGroup(group.name(), group.member())
                            .write(around, name);
            case Action.Note note -> notes.accept(note.text());
            case Action.Name _ -> {} // below, after the keys and peers
        }
    }

    private void state(boolean up) throws Failure, IOException {
        Link link = link();
        // As on the BSDs, it has its addresses when it comes up again.
        if (!up) link.keepAddresses();
        link.set(up ? "up" : "down");
    }

    private void move(int number) throws Failure, IOException {
        Link link = link();
        int inner = Memory.read(around, name).inner();
        if (inner != 0) tables.releaseInner(link);
        Link moved = domains.move(link, number);
        if (inner != 0) tables.inner(moved, inner);
    }

    private Link link() throws Failure, IOException {
        return Link.find(around, name)
                .orElseThrow(() -> new Failure(name + ": is in a namespace without a name"));
    }

    private void configure(DeviceUpdate update) throws Failure {
        try {
            around.daemons().device(name).configure(update);
        } catch (IOException e) {
            throw new Failure(name + ": SIOCSWG: " + Reason.of(e));
        }
    }
}
