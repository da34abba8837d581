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

    /// @param name the interface
    /// @param notes told of what is made that nobody asked for in so many words
    Performer(Around around, String name, Consumer<String> notes) {
        this.around = around;
        this.name = name;
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
        for (Action action : assignment.actions()) act(action);
        if (assignment.update() != null) configure(assignment.update());
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

    private void act(Action action) throws Failure, IOException {
        switch (action) {
            case Action.Up state -> link().set(state.up() ? "up" : "down");
            case Action.Mtu mtu -> link().set("mtu", String.valueOf(mtu.bytes()));
            case Action.Description description -> link().set("alias", description.text());
            case Action.Address address -> Addresses.assign(link(), name, address);
            case Action.OuterTable table -> tables.outer(table.number());
            case Action.InnerTable table -> tables.inner(link(), table.number());
            case Action.Domain domain -> move(domain.number());
        }
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
