package dev.adit.tools.ifconfig;

import dev.adit.ip.address.IpAddress;
import dev.adit.tools.ifconfig.IfConfigLine.Action;
import dev.adit.tools.ifconfig.IfConfigLine.Mode;
import dev.adit.tools.terminal.CommandFailure;

import org.jspecify.annotations.Nullable;

import java.util.Optional;

/// Parses the words about an address: `inet A[/p] [B] [netmask M] [broadcast C] [alias | delete]`,
/// with `prefixlen N` for IPv6. Confined to one thread.
final class AddressParser {
    private final WordReader words;
    private final boolean packed;

    // State of the address being parsed.
    private boolean v6;
    private String address = "";
    private int length;
    private @Nullable String peer;
    private @Nullable String broadcast;
    private Mode mode = Mode.SET;

    /// @param packed whether a second address is a netmask and a third one the broadcast address
    AddressParser(WordReader words, boolean packed) {
        this.words = words;
        this.packed = packed;
    }

    /// True when the next words are about an address, and not words before which `inet` or `inet6`
    /// has no meaning.
    boolean isNext() {
        String word = words.peek();
        return word.isEmpty()
                || word.equals("alias")
                || isDeletion(word)
                || !LineParser.WORDS.contains(word);
    }

    /// Parses the words behind `inet` or `inet6`.
    Action parse(boolean six) throws CommandFailure {
        String word = six ? "inet6" : "inet";
        boolean alias = words.peek().equals("alias");
        if (alias) words.next();
        if (isDeletion(words.peek())) {
            words.next();
            return new Action.Address(six, null, 0, null, null, Mode.DELETE);
        }
        Action parsed = parse(six, words.value(word));
        if (!alias || !(parsed instanceof Action.Address given) || given.mode() == Mode.DELETE) {
            return parsed;
        }
        return new Action.Address(
                six, given.address(), given.length(), given.peer(), given.broadcast(), Mode.ALIAS);
    }

    /// Parses an address that was read already, and the words that belong to it.
    Action parse(boolean six, String text) throws CommandFailure {
        v6 = six;
        peer = null;
        broadcast = null;
        // An IPv6 address is never the only one: there is the link-local one.
        mode = six ? Mode.ALIAS : Mode.SET;
        int slash = text.indexOf('/');
        address = slash < 0 ? address(text) : network(text.substring(0, slash));
        length = slash < 0 ? -1 : prefixLength(text.substring(slash + 1));
        if (packed) packed();
        else peer();
        while (attribute(words.peek())) {}
        if (length < 0) length = six ? 64 : classful();
        return new Action.Address(six, address, length, peer, broadcast, mode);
    }

    private void peer() throws CommandFailure {
        if (isAddress(words.peek())) peer = address(words.next());
    }

    /// Parses the netmask and the broadcast address, or the prefix length, without a word before
    /// them.
    private void packed() throws CommandFailure {
        String word = words.peek();
        if (v6 && word.matches("[0-9]+")) length = prefixLength(words.next());
        if (v6 || !isAddress(word)) return;
        length = netmask(words.next());
        if (words.peek().equals("NONE")) words.next();
        else if (isAddress(words.peek())) broadcast = address(words.next());
    }

    /// Takes `word`, which is the next, if it is about the address.
    private boolean attribute(String word) throws CommandFailure {
        if (isDeletion(word)) mode = Mode.DELETE;
        else if (word.equals("alias")) mode = Mode.ALIAS;
        else if (!ATTRIBUTES.contains(" " + word + " ") || word.isEmpty()) return false;
        words.next();
        switch (word) {
            case "netmask" -> length = netmask(words.value(word));
            case "prefixlen" -> length = prefixLength(words.value(word));
            case "broadcast" -> broadcast = address(words.value(word));
            default -> {}
        }
        return true;
    }

    private static boolean isDeletion(String word) {
        return word.equals("delete") || word.equals("-alias");
    }

    private boolean isAddress(String text) {
        return AddressText.address(text, v6).isPresent();
    }

    private String address(String text) throws CommandFailure {
        return known(text, AddressText.address(text, v6));
    }

    /// The part before a slash.
    private String network(String text) throws CommandFailure {
        return known(text, AddressText.network(text, v6));
    }

    private static String known(String text, Optional<IpAddress> address) throws CommandFailure {
        return address.orElseThrow(() -> new CommandFailure(text + ": bad value")).toString();
    }

    private int prefixLength(String text) throws CommandFailure {
        String flaw = WordReader.flaw(text, 0, v6 ? 128 : 32);
        if (flaw != null) throw new CommandFailure("prefixlen " + text + ": " + flaw);
        return Integer.parseInt(text.strip());
    }

    /// The length of a netmask such as `255.255.255.0` or `0xffffff00`.
    static int netmask(String text) throws CommandFailure {
        Optional<Integer> mask =
                AddressText.address(text, false).map(ip -> (int) (ip.high() >>> 32));
        int length = mask.map(Integer::bitCount).orElse(-1);
        boolean whole = length == 0 || length > 0 && mask.get() == -1 << 32 - length;
        if (whole) return length;
        throw new CommandFailure("netmask " + text + ": bad value");
    }

    private int classful() {
        return AddressText.classLength(AddressText.address(address, false).orElseThrow());
    }

    private static final String ATTRIBUTES = " netmask prefixlen broadcast ";
}
