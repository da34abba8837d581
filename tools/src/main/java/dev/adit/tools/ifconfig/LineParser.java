package dev.adit.tools.ifconfig;

import dev.adit.device.config.Descriptions;
import dev.adit.device.config.Resolver;
import dev.adit.protocol.address.IpAddress;
import dev.adit.protocol.address.IpPrefix;
import dev.adit.tools.ifconfig.Assignment.Action;
import dev.adit.tools.terminal.Failure;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Parses a line of ifconfig(8) to an [Assignment]. Confined to one thread.
///
/// Failures bear the message without the name of a program or interface.
final class LineParser {
    private final Words words;
    private final AddressParser addresses;
    private final WgWords wg;
    private final List<Action> actions = new ArrayList<>();
    private boolean create, destroy;
    private int count;

    /// @param packed whether what follows an address stands in the order of hostname.if(5), without
    ///   words between
    LineParser(List<String> words, Resolver resolver, boolean packed) {
        this.words = new Words(words);
        addresses = new AddressParser(this.words, packed);
        wg = new WgWords(this.words, resolver);
    }

    /// What all the words together ask for.
    Assignment parse() throws Failure {
        try {
            for (; words.hasNext(); count++) word(words.next());
            if (destroy && count > 1) throw new Failure("destroy: is a line of its own");
            return new Assignment(create, destroy, actions, wg.update());
        } catch (Failure e) {
            wg.erase();
            throw e;
        }
    }

    private void word(String word) throws Failure {
        switch (word) {
            case "create" -> create = true;
            case "destroy" -> destroy = true;
            case "up", "down" -> actions.add(new Action.Up(word.equals("up")));
            case "debug", "-debug" -> wg.debug(word.equals("debug"));
            case "mtu" -> actions.add(new Action.Mtu(words.number(word, 1, 0xffff)));
            case "inet", "inet6" -> actions.add(addresses.parse(word.equals("inet6")));
            case "description", "descr" -> actions.add(description(word, words.value(word)));
            case "-description", "-descr" -> actions.add(new Action.Description(""));
            case "rdomain" -> domain(words.number(word, 0, MAX_TABLE));
            case "-rdomain" -> domain(0);
            case "wgrtable" -> outerTable(words.number(word, 0, MAX_TABLE));
            case "-wgrtable" -> outerTable(0);
            case "tunnelfib" -> outerTable(words.number(word, 0, MAX_FIB));
            case "fib" -> actions.add(new Action.InnerTable(words.number(word, 0, MAX_FIB)));
            default -> other(word);
        }
    }

    private void other(String word) throws Failure {
        if (wg.take(word)) return;
        Optional<IpPrefix> address = IpPrefix.parse(word);
        if (address.isEmpty()) throw new Failure(word + ": bad value");
        IpAddress ip = address.get().address();
        actions.add(addresses.parse(ip.v6(), word));
    }

    private static Action description(String word, String text) throws Failure {
        if (Descriptions.isValid(text)) return new Action.Description(text);
        throw new Failure(word + ": " + Descriptions.RULE);
    }

    private void domain(int number) {
        actions.add(new Action.Domain(number));
    }

    /// Outer packets look into a table by their mark.
    private void outerTable(int number) {
        wg.mark(number);
        actions.add(new Action.OuterTable(number));
    }

    private static final int MAX_TABLE = 255;
    private static final int MAX_FIB = 0xffff;
}
