package dev.adit.tools.ifconfig;

import dev.adit.device.config.DeviceControl;
import dev.adit.device.config.DeviceInfo;
import dev.adit.device.config.DeviceStatus;
import dev.adit.device.io.ErrnoException;
import dev.adit.tools.ifconfig.InterfaceFacts.Flag;
import dev.adit.tools.terminal.Failure;
import dev.adit.tools.terminal.Reason;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What `ifconfig` shows of an interface. Private and preshared keys are never among it. Confined
/// to one thread.
final class Display {
    private final Around around;
    private final Layout layout;
    private final Instant now;

    Display(Around around, Layout layout, Instant now) {
        this.around = around;
        this.layout = layout;
        this.now = now;
    }

    /// The text about the interface of that name.
    ///
    /// @param peers whether to show them too
    String of(String name, boolean peers) throws Failure {
        DeviceStatus status = null;
        try {
            Optional<Link> link = Link.find(around, name);
            if (!around.daemons().serves(name)) throw Performer.notOurs(name, link);
            DeviceControl device = around.daemons().device(name);
            status = statusOrNull(device);
            DeviceInfo notes = status == null ? DeviceInfo.NONE : device.notes();
            StringBuilder text = new StringBuilder();
            layout.print(facts(name, link, status, notes), peers, text);
            return text.toString();
        } catch (IOException e) {
            throw new Failure(name + ": " + Reason.of(e));
        } finally {
            if (status != null) status.erase();
        }
    }

    /// The status, or null for who may not ask: that one sees what everybody may.
    private static DeviceStatus statusOrNull(DeviceControl device) throws IOException {
        try {
            return device.status();
        } catch (ErrnoException e) {
            if (e.errno() == EACCES) return null;
            throw e;
        }
    }

    private InterfaceFacts facts(
            String name, Optional<Link> link, DeviceStatus status, DeviceInfo notes)
            throws IOException {
        String line = link.map(Link::line).orElse("");
        return new InterfaceFacts(
                name,
                match(INDEX, line, "0"),
                flags(line) | (notes.debug() ? Flag.DEBUG.bit() : 0),
                match(MTU, line, "0"),
                match(ALIAS, line, ""),
                link.map(Link::namespace).orElse(null),
                status,
                notes,
                Memory.read(around, name),
                link.map(it -> Addresses.all(it, false)).orElse(List.of()),
                link.map(it -> Addresses.all(it, true)).orElse(List.of()),
                around.daemons().process(name),
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
