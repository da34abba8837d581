package dev.adit.tools.ifconfig;

import dev.adit.device.config.DeviceControl;
import dev.adit.device.config.DeviceInfo;
import dev.adit.device.config.DeviceStatus;
import dev.adit.ip.port.ErrnoException;
import dev.adit.tools.ifconfig.InterfaceFacts.Flag;
import dev.adit.tools.terminal.CommandFailure;
import dev.adit.tools.terminal.ErrorText;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Collects and prints what `ifconfig` shows of an interface, never private or preshared keys.
/// Confined to one thread.
final class InterfaceView {
    private final CommandContext context;
    private final Layout layout;
    private final Instant now;

    InterfaceView(CommandContext context, Layout layout, Instant now) {
        this.context = context;
        this.layout = layout;
        this.now = now;
    }

    /// The text about the interface of that name.
    ///
    /// @param peers whether to show its peers
    String of(String name, boolean peers) throws CommandFailure {
        try {
            Optional<SystemInterface> link = SystemInterface.find(context, name);
            if (!context.daemons().serves(name)) throw IfConfigRunner.notOurs(name, link);
            DeviceControl device = context.daemons().device(name);
            DeviceStatus status = statusOrNull(device);
            DeviceInfo notes = status == null ? DeviceInfo.NONE : device.notes();
            StringBuilder text = new StringBuilder();
            layout.print(facts(name, link, status, notes), peers, text);
            return text.toString();
        } catch (IOException e) {
            throw new CommandFailure(name + ": " + ErrorText.of(e));
        }
    }

    /// The status, or null for a user who may not ask and sees only what every user may.
    private static @Nullable DeviceStatus statusOrNull(DeviceControl device) throws IOException {
        try {
            return device.status();
        } catch (ErrnoException e) {
            if (e.errno() == EACCES) return null;
            throw e;
        }
    }

    private InterfaceFacts facts(
            String name,
            Optional<SystemInterface> link,
            @Nullable DeviceStatus status,
            DeviceInfo notes)
            throws IOException {
        String line = link.map(SystemInterface::line).orElse("");
        return new InterfaceFacts(
                name,
                match(INDEX, line, "0"),
                flags(line) | (notes.debug() ? Flag.DEBUG.bit() : 0),
                match(MTU, line, "0"),
                match(ALIAS, line, ""),
                link.map(SystemInterface::namespace).orElse(null),
                status,
                notes,
                InterfaceRecord.read(context, name),
                link.map(it -> InterfaceAddresses.all(it, false)).orElse(List.of()),
                link.map(it -> InterfaceAddresses.all(it, true)).orElse(List.of()),
                context.daemons().process(name),
                now);
    }

    private static int flags(String line) {
        int flags = 0;
        for (String word : match(FLAGS, line, "").split(",")) {
            for (Flag flag : Flag.values()) if (flag.isCalled(word)) flags |= flag.bit();
        }
        return flags;
    }

    private static String match(Pattern pattern, String line, String otherwise) {
        Matcher matcher = pattern.matcher(line);
        return matcher.find() ? matcher.group(1) : otherwise;
    }

    private static final int EACCES = 13;
    private static final Pattern INDEX = Pattern.compile("^(\\d+):");
    private static final Pattern FLAGS = Pattern.compile("<([^>]*)>");
    private static final Pattern MTU = Pattern.compile(" mtu (\\d+)");
    private static final Pattern ALIAS = Pattern.compile("\\\\ +alias (.*?)(?: *\\\\.*)?$");
}
