package dev.adit.tools.ifconfig;

import dev.adit.ip.address.IpAddress;
import dev.adit.tools.ifconfig.IfConfigLine.Action;
import dev.adit.tools.ifconfig.IfConfigLine.Mode;
import dev.adit.tools.terminal.CommandFailure;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads and changes the addresses of an interface. Stateless.
final class InterfaceAddresses {
    /// An address of an interface.
    ///
    /// @param text the address without its prefix length
    /// @param length its prefix length
    /// @param peer the address of the other end, or null
    /// @param broadcast the broadcast address, or null
    record Present(String text, int length, @Nullable String peer, @Nullable String broadcast) {
        /// True when it is link-local, and so needs the interface's name to be complete.
        boolean isLinkLocal() {
            return IpAddress.parse(text)
                    .filter(ip -> ip.v6() && ip.high() >>> 54 == 0x3fa)
                    .isPresent();
        }

        /// The words by which `ip` identifies it.
        private List<String> words() {
            return peer == null
                    ? List.of(text + "/" + length)
                    : List.of(text, "peer", peer + "/" + length);
        }
    }

    /// The addresses of a family, without those that the kernel assigned by itself.
    static List<Present> of(SystemInterface link, boolean v6) {
        return read(link.addressLines(v6).stream().filter(line -> !isKernels(line)).toList(), v6);
    }

    /// All addresses of a family.
    static List<Present> all(SystemInterface link, boolean v6) {
        return read(link.addressLines(v6), v6);
    }

    private static boolean isKernels(String line) {
        return line.contains("stable-privacy") || line.contains("proto kernel_ll");
    }

    private static List<Present> read(List<String> lines, boolean v6) {
        List<Present> present = new ArrayList<>();
        for (String line : lines) {
            Matcher matcher = ADDRESS.matcher(line);
            if (!matcher.find()) continue;
            boolean two = matcher.group(2) != null;
            String text = matcher.group(1).replaceFirst("/.*", "");
            String[] net = (two ? matcher.group(2) : matcher.group(1)).split("/");
            int length = net.length > 1 ? Integer.parseInt(net[1]) : v6 ? 128 : 32;
            present.add(new Present(text, length, two ? net[0] : null, matcher.group(3)));
        }
        return present;
    }

    /// Gives the interface an address, which sets it up, or removes one.
    static void assign(SystemInterface link, String name, Action.Address change)
            throws CommandFailure {
        List<Present> present = of(link, change.v6());
        Optional<Present> same =
                present.stream().filter(one -> same(one.text(), change.address())).findFirst();
        Optional<Present> first = present.stream().findFirst();
        if (change.mode() == Mode.DELETE) {
            Present victim =
                    (change.address() == null ? first : same)
                            .orElseThrow(() -> new CommandFailure(name + ": " + NOT_THERE));
            remove(link, victim, present, change.v6());
            return;
        }
        if (same.isEmpty() || !isAsAsked(same.get(), change)) {
            Optional<Present> victim = change.mode() == Mode.SET ? same.or(() -> first) : same;
            if (victim.isPresent()) remove(link, victim.get(), present, change.v6());
            link.address(words("add", added(change)));
        }
        if (change.v6()) link.keepAddresses();
        link.set("up");
    }

    private static boolean isAsAsked(Present one, Action.Address change) {
        return change.peer() == null
                ? one.peer() == null && one.length() == change.length()
                : change.peer().equals(one.peer());
    }

    /// Removes an address, and restores those that the kernel removes with it.
    private static void remove(
            SystemInterface link, Present victim, List<Present> before, boolean v6)
            throws CommandFailure {
        link.address(words("delete", victim.words()));
        List<Present> left = of(link, v6);
        for (Present one : before) {
            if (one.equals(victim) || left.contains(one)) continue;
            link.address(words("add", one.words()));
        }
    }

    private static List<String> added(Action.Address change) {
        List<String> words = new ArrayList<>();
        if (change.peer() == null) {
            words.add(change.address() + "/" + change.length());
        } else {
            words.addAll(List.of(change.address(), "peer", change.peer()));
        }
        if (change.broadcast() != null) words.addAll(List.of("broadcast", change.broadcast()));
        return words;
    }

    private static List<String> words(String verb, List<String> address) {
        List<String> words = new ArrayList<>(List.of(verb));
        words.addAll(address);
        return words;
    }

    /// True when both texts are the same address.
    private static boolean same(String one, @Nullable String other) {
        return other != null && IpAddress.parse(one).equals(IpAddress.parse(other));
    }

    private static final String NOT_THERE = "SIOCDIFADDR: Cannot assign requested address";
    private static final Pattern ADDRESS =
            Pattern.compile("inet6? (\\S+)(?: peer (\\S+))?(?: brd (\\S+))?");
}
