package dev.adit.tools.ifconfig;

import dev.adit.device.config.PeerDescription;
import dev.adit.device.resolve.Resolver;
import dev.adit.ip.address.IpAddress;
import dev.adit.ip.address.IpPrefix;
import dev.adit.tools.ifconfig.IfConfigLine.Action;
import dev.adit.tools.terminal.CommandFailure;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Parses a line of ifconfig(8) to an [IfConfigLine]. Confined to one thread.
///
/// Failures have the message without the name of a program or interface.
final class LineParser {
    private final WordReader words;
    private final AddressParser addresses;
    private final WgParameters wg;
    private final List<Action> actions = new ArrayList<>();
    private boolean create, destroy;
    private int count;

    /// @param keys the source of keys that are not in the line
    /// @param packed whether the words behind an address are in the order of hostname.if(5),
    ///   without keywords
    LineParser(List<String> words, Resolver resolver, KeySource keys, boolean packed) {
        this.words = new WordReader(words);
        addresses = new AddressParser(this.words, packed);
        wg = new WgParameters(this.words, resolver, keys);
    }

    /// Parses all the words.
    IfConfigLine parse() throws CommandFailure {
        try {
            for (; words.hasNext(); count++) word(words.next());
            if (destroy && count > 1) throw new CommandFailure("destroy: is a line of its own");
            renameLast();
            return new IfConfigLine(create, destroy, actions, wg.update());
        } catch (CommandFailure e) {
            wg.erase();
            throw e;
        }
    }

    private void word(String word) throws CommandFailure {
        switch (word) {
            case "create" -> create = true;
            case "destroy" -> destroy = true;
            case "up", "down" -> actions.add(new Action.Up(word.equals("up")));
            case "debug", "-debug" -> wg.debug(word.equals("debug"));
            case "mtu" -> actions.add(new Action.Mtu(words.number(word, 1, 0xffff)));
            case "inet", "inet6" -> family(word);
            case "name" -> actions.add(new Action.Name(name(words.value(word))));
            case "group", "-group" -> group(word);
            case "description", "descr" -> actions.add(description(word, words.value(word)));
            case "-description", "-descr" -> actions.add(new Action.Description(""));
            case "rdomain" -> domain(words.number(word, 0, MAX_TABLE));
            case "-rdomain" -> domain(0);
            case "wgrtable" -> outerTable(words.number(word, 0, MAX_TABLE));
            case "-wgrtable" -> outerTable(0);
            case "tunnelfib" -> outerTable(words.number(word, 0, MAX_FIB));
            case "fib" -> actions.add(new Action.InnerTable(words.number(word, 0, MAX_FIB)));
            case "metric", "priority", "llprio" -> ignored(word, words.number(word, 0, 0xff));
            case "rtlabel" -> ignored(word, words.value(word));
            case "-rtlabel" -> ignored(word, "");
            default -> other(word);
        }
    }

    private void other(String word) throws CommandFailure {
        if (wg.take(word)) return;
        String reason = REFUSED.get(word);
        if (reason != null) throw new CommandFailure(word + ": " + reason);
        Optional<IpPrefix> address = IpPrefix.parse(word);
        if (address.isEmpty()) throw new CommandFailure(word + ": bad value");
        IpAddress ip = address.get().address();
        actions.add(addresses.parse(ip.v6(), word));
    }

    private static Action description(String word, String text) throws CommandFailure {
        if (PeerDescription.isValid(text)) return new Action.Description(text);
        throw new CommandFailure(word + ": " + PeerDescription.RULE);
    }

    private void family(String word) throws CommandFailure {
        if (addresses.isNext()) actions.add(addresses.parse(word.equals("inet6")));
    }

    private static String name(String text) throws CommandFailure {
        IfConfig.checkName(text);
        return text;
    }

    /// Moves the renaming to the end, so that all other changes find the interface by the name in
    /// the command.
    private void renameLast() throws CommandFailure {
        List<Action> names =
                actions.stream().filter(action -> action instanceof Action.Name).toList();
        if (names.size() > 1) throw new CommandFailure("name: is given twice");
        actions.removeAll(names);
        actions.addAll(names);
    }

    private void group(String word) throws CommandFailure {
        String group = words.value(word);
        // A name that ends in a digit could be that of an interface.
        if (!group.matches("[A-Za-z][A-Za-z0-9_-]{0,13}[A-Za-z_-]|[A-Za-z]")) {
            throw new CommandFailure(group + ": bad group name");
        }
        actions.add(new Action.Group(group, word.equals("group")));
    }

    private void ignored(String word, Object value) {
        actions.add(new Action.Note((word + " " + value).strip() + ": means nothing on Linux"));
    }

    private void domain(int number) {
        actions.add(new Action.Domain(number));
    }

    /// Selects the table of outer packets by their mark.
    private void outerTable(int number) {
        wg.mark(number);
        actions.add(new Action.OuterTable(number));
    }

    /// All words that can begin an assignment, to distinguish them from addresses.
    static final Set<String> WORDS =
            Set.of(
                    ("create destroy up down debug -debug mtu inet inet6 description descr"
                                    + " -description -descr rdomain -rdomain wgrtable -wgrtable"
                                    + " tunnelfib fib name group -group metric priority llprio"
                                    + " rtlabel -rtlabel wgkey wgport wgpeer -wgpeer -wgpeerall"
                                    + " wgdescr wgdescription -wgdescr -wgdescription wgpsk -wgpsk"
                                    + " wgpka wgaip wgendpoint autoconf -autoconf dhcp eui64"
                                    + " temporary -temporary soii -soii rtsol")
                            .split(" "));

    private static final String NOT_FOR_WIREGUARD = "is not for interfaces of WireGuard";
    private static final String NO_LINK_ADDRESS =
            "WireGuard has no link layer address to make one from";

    /// Messages for words of other systems that people may try.
    private static final Map<String, String> REFUSED =
            Map.of(
                    "autoconf", NOT_FOR_WIREGUARD,
                    "-autoconf", NOT_FOR_WIREGUARD,
                    "dhcp", NOT_FOR_WIREGUARD,
                    "rtsol", NOT_FOR_WIREGUARD,
                    "temporary", NOT_FOR_WIREGUARD,
                    "-temporary", NOT_FOR_WIREGUARD,
                    "soii", NO_LINK_ADDRESS,
                    "-soii", NO_LINK_ADDRESS,
                    "eui64", NO_LINK_ADDRESS);

    private static final int MAX_TABLE = 255;
    private static final int MAX_FIB = 0xffff;
}
