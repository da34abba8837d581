package dev.adit.tools.demo;

import java.util.ArrayList;
import java.util.List;

/// One of the two hosts: a network namespace with an interface of its own and a cable to the other
/// host. Immutable.
///
/// The outer addresses are reserved for documentation (RFC 5737, RFC 3849).
///
/// @param namespace the name of the network namespace
/// @param cable its end of the cable
/// @param device its WireGuard interface
/// @param number 1 or 2, the last part of all its addresses
record DemoHost(String namespace, String cable, String device, int number) {
    /// @param pid the number that makes the names unique
    /// @param side `a` or `b`
    static DemoHost of(long pid, char side) {
        // Interface names have 15 characters at the most, process ids 7 digits.
        return new DemoHost(
                "adit-demo-" + pid + "-" + side,
                "cable-" + side,
                "demo" + pid + side,
                side == 'a' ? 1 : 2);
    }

    String outer4() {
        return "192.0.2." + number;
    }

    String outer6() {
        return "2001:db8::" + number;
    }

    String inner4() {
        return "10.77.0." + number;
    }

    String inner6() {
        return "fd77::" + number;
    }

    /// The commands that create both hosts and the cable.
    static List<List<String>> join(DemoHost a, DemoHost b) {
        return List.of(
                words("ip netns add " + a.namespace),
                words("ip netns add " + b.namespace),
                a.ip(
                        "link add "
                                + a.cable
                                + " type veth peer name "
                                + b.cable
                                + " netns "
                                + b.namespace),
                a.ip("address add " + a.outer4() + "/30 dev " + a.cable),
                b.ip("address add " + b.outer4() + "/30 dev " + b.cable),
                a.ip("address add " + a.outer6() + "/64 dev " + a.cable + " nodad"),
                b.ip("address add " + b.outer6() + "/64 dev " + b.cable + " nodad"),
                a.ip("link set up dev lo"),
                b.ip("link set up dev lo"),
                a.ip("link set up dev " + a.cable),
                b.ip("link set up dev " + b.cable));
    }

    /// The commands that configure the interface and set it up.
    List<List<String>> up() {
        return List.of(
                ip("address add " + inner4() + "/24 dev " + device),
                ip("address add " + inner6() + "/64 dev " + device + " nodad"),
                ip("link set up dev " + device));
    }

    /// The command that removes the host and its cable.
    List<String> remove() {
        return words("ip netns delete " + namespace);
    }

    /// The command that runs `command` on this host.
    List<String> inside(List<String> command) {
        List<String> words = new ArrayList<>(words("ip netns exec " + namespace));
        words.addAll(command);
        return words;
    }

    private List<String> ip(String rest) {
        return words("ip -n " + namespace + " " + rest);
    }

    private static List<String> words(String text) {
        return List.of(text.split(" "));
    }
}
