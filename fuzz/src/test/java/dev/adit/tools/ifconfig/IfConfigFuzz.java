package dev.adit.tools.ifconfig;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.device.config.ConfigException;
import dev.adit.device.config.PeerDescription;
import dev.adit.device.uapi.text.UapiText;
import dev.adit.fuzz.CommandWords;
import dev.adit.fuzz.FixedResolver;
import dev.adit.fuzz.Input;
import dev.adit.fuzz.Target;
import dev.adit.ip.address.IpAddress;
import dev.adit.tools.ifconfig.IfConfigLine.Action;
import dev.adit.tools.terminal.CommandFailure;

import java.util.List;
import java.util.Set;

/// The words of `adit ifconfig`: a message, or an assignment of which every value is in its range
/// and that the socket takes.
public final class IfConfigFuzz implements Target {
    private final CommandWords words = new CommandWords();

    @Override
    public void take(byte[] bytes) {
        Input input = new Input(bytes);
        boolean packed = input.flag();
        try {
            List<String> line = words.of(input.text(), Set.of());
            if (line.stream().anyMatch(KeySource::isNamedBy)) return; // reads files of any name
            check(new LineParser(line, new FixedResolver(), new KeySource(null), packed).parse());
        } catch (CommandFailure refused) {
            assertThat(refused.getMessage()).isNotBlank();
        }
    }

    static void check(IfConfigLine assignment) {
        assignment.actions().forEach(IfConfigFuzz::check);
        if (assignment.update() == null) return;
        byte[] printed = UapiText.print(assignment.update());
        try {
            assertThat(UapiText.print(UapiText.parseUpdate(printed))).isEqualTo(printed);
        } catch (ConfigException e) {
            throw new AssertionError("taken from words, and then refused", e);
        } finally {
            assignment.erase();
        }
    }

    private static void check(Action action) {
        switch (action) {
            case Action.Up _ -> {}
            case Action.Mtu mtu -> assertThat(mtu.bytes()).isBetween(1, 0xffff);
            case Action.Address address -> check(address);
            case Action.Domain domain -> assertThat(domain.number()).isBetween(0, 255);
            case Action.OuterTable table -> assertThat(table.number()).isBetween(0, 0xffff);
            case Action.InnerTable table -> assertThat(table.number()).isBetween(0, 0xffff);
            case Action.Description text ->
                    assertThat(PeerDescription.isValid(text.text())).isTrue();
            case Action.Name name -> assertThat(name.name()).matches("[^/\\s]{1,15}");
            case Action.Group group -> assertThat(group.name()).matches("\\S{1,15}");
            case Action.Note note -> assertThat(note.text()).isNotBlank();
        }
    }

    private static void check(Action.Address address) {
        if (address.address() == null) {
            assertThat(address.mode()).isEqualTo(IfConfigLine.Mode.DELETE);
            return;
        }
        isAddress(address.address(), address.v6());
        if (address.peer() != null) isAddress(address.peer(), address.v6());
        if (address.broadcast() != null) isAddress(address.broadcast(), address.v6());
        assertThat(address.length()).isBetween(0, address.v6() ? 128 : 32);
    }

    private static void isAddress(String text, boolean v6) {
        assertThat(IpAddress.parse(text))
                .hasValueSatisfying(ip -> assertThat(ip.v6()).isEqualTo(v6));
    }
}
