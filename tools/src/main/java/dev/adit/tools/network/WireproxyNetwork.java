package dev.adit.tools.network;

import dev.adit.tools.terminal.CommandFailure;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// The interface and peers of a wireproxy file as the text of a wg-quick file. Stateless.
final class WireproxyNetwork {
    /// Makes the text, which the caller erases. Each key is in the line that it has in the file, so
    /// that messages name the right one.
    ///
    /// @param warn is told of what has no effect
    static byte[] text(IniFile file, Map<String, String> environment, Consumer<String> warn)
            throws CommandFailure {
        if (file.named("interface").size() != 1) {
            throw file.failure(1, "one and only one [Interface] is expected");
        }
        if (file.named("peer").isEmpty()) throw file.failure(1, "a [Peer] is expected");
        List<String> lines = new ArrayList<>(Collections.nCopies(file.lines(), ""));
        List<IniFile.Section> open = new ArrayList<>(); // peers without addresses
        for (IniFile.Section section : file.sections()) {
            boolean isPeer = section.name().equals("peer");
            if (!isPeer && !section.name().equals("interface")) continue;
            lines.set(section.line() - 1, isPeer ? "[Peer]" : "[Interface]");
            for (IniFile.Entry entry : section.entries()) {
                if (HEALTH.contains(entry.key())) {
                    warn.accept(entry.line() + ": " + entry.name() + " has no effect here");
                } else {
                    String value = file.value(entry, environment);
                    lines.set(entry.line() - 1, entry.name() + " = " + value);
                }
            }
            if (isPeer && section.find("allowedips") == null) open.add(section);
        }
        // From the end, so that lines stay where they are until they are used.
        for (IniFile.Section peer : open.reversed()) allowAll(lines, peer);
        return String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
    }

    /// A peer without `AllowedIPs` has all addresses: in the first line of it that is free, or in
    /// one more.
    private static void allowAll(List<String> lines, IniFile.Section peer) {
        for (int i = peer.line(); i < lines.size() && !lines.get(i).startsWith("["); i++) {
            if (lines.get(i).isEmpty()) {
                lines.set(i, ALL);
                return;
            }
        }
        lines.add(peer.line(), ALL);
    }

    private static final Set<String> HEALTH = Set.of("checkalive", "checkaliveinterval");
    private static final String ALL = "AllowedIPs = 0.0.0.0/0, ::/0";

    private WireproxyNetwork() {}
}
