package dev.adit.tools.ifconfig;

import dev.adit.ip.address.IpAddress;
import dev.adit.ip.address.IpPrefix;
import dev.adit.tools.terminal.CommandFailure;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A parsed line of route(8), in the syntax of the BSDs. Immutable.
///
/// @param domain the routing domain of `-T`, or -1
/// @param verb `add`, `change`, `delete` or `get`
/// @param v6 whether it is about IPv6
/// @param destination the network
/// @param gateway the gateway, or the interface in its place; or null
/// @param device the interface that `-ifp` names, or null
/// @param direct whether the gateway is an interface, or an address of one
/// @param metric the priority, or -1
/// @param mtu the MTU in bytes, or -1
/// @param quiet whether to say nothing
record RouteLine(
        int domain,
        String verb,
        boolean v6,
        IpPrefix destination,
        @Nullable String gateway,
        @Nullable String device,
        boolean direct,
        int metric,
        int mtu,
        boolean quiet) {

    /// Parses a line; empty when only other programs understand it.
    static Optional<RouteLine> parse(List<String> words) throws CommandFailure {
        return new Parser(words).parse();
    }

    /// The destination as people write it.
    String destinationText() {
        if (destination.length() == 0) return "default";
        boolean host = destination.length() == destination.address().bits();
        return host ? destination.address().toString() : destination.toString();
    }

    /// `host` or `net`.
    String kind() {
        return destination.length() == destination.address().bits() ? "host" : "net";
    }

    /// Collects the meaning of the words. Confined to one thread.
    private static final class Parser {
        private final WordReader words;
        private final List<String> operands = new ArrayList<>();
        private int domain = -1, metric = -1, mtu = -1, length = -1;
        private @Nullable String verb, device, netmask;
        private boolean v6, net, host, direct, quiet;

        Parser(List<String> words) {
            this.words = new WordReader(words);
        }

        private Optional<RouteLine> parse() throws CommandFailure {
            while (words.hasNext()) {
                String word = words.next();
                if (word.startsWith("-")) {
                    if (!option(word)) return Optional.empty();
                } else if (verb == null) {
                    if (!VERBS.contains(word)) return Optional.empty();
                    verb = word.equals("del") ? "delete" : word;
                } else {
                    operands.add(word);
                }
            }
            if (verb == null || operands.isEmpty() || operands.size() > 3) return Optional.empty();
            if (operands.size() == 3) netmask = operands.get(2);
            v6 |= operands.getFirst().contains(":");
            Optional<IpPrefix> destination = destination(operands.getFirst());
            if (destination.isEmpty()) return Optional.empty();
            String gateway = operands.size() > 1 ? operands.get(1) : null;
            return Optional.of(
                    new RouteLine(
                            domain,
                            verb,
                            v6,
                            destination.get(),
                            gateway,
                            device,
                            direct,
                            metric,
                            mtu,
                            quiet));
        }

        /// Takes an option; false for one of other programs.
        private boolean option(String word) throws CommandFailure {
            switch (word) {
                case "-T" -> domain = words.number(word, 0, 255);
                case "-inet", "-4" -> v6 = false;
                case "-inet6", "-6" -> v6 = true;
                case "-net" -> net = true;
                case "-host" -> host = true;
                case "-interface", "-iface" -> direct = true;
                case "-ifp" -> device = words.value(word);
                case "-gateway", "-static" -> {}
                case "-netmask" -> netmask = words.value(word);
                case "-prefixlen" -> length = words.number(word, 0, 128);
                case "-mtu" -> mtu = words.number(word, 1, 0xffff);
                case "-priority" -> metric = words.number(word, 1, 255);
                default -> {
                    if (word.matches("-T[0-9]{1,3}")) domain = Integer.parseInt(word.substring(2));
                    else if (word.matches("-[nqv]+")) quiet |= word.contains("q");
                    else return false;
                }
            }
            return true;
        }

        private Optional<IpPrefix> destination(String text) throws CommandFailure {
            if (text.equals("default")) {
                IpAddress any = v6 ? IpAddress.v6(0, 0) : IpAddress.v4(0);
                return Optional.of(new IpPrefix(any, 0));
            }
            if (text.contains("/")) return AddressText.prefix(text);
            Optional<IpAddress> address = AddressText.address(text, v6);
            if (address.isEmpty()) return Optional.empty();
            int bits = v6 ? 128 : 32;
            if (length > bits) throw new CommandFailure("-prefixlen " + length + ": too large");
            if (length >= 0) return address.map(ip -> new IpPrefix(ip, length));
            if (netmask != null && !v6) {
                int mask = AddressParser.netmask(netmask);
                return address.map(ip -> new IpPrefix(ip, mask));
            }
            if (v6 || host) return address.map(ip -> new IpPrefix(ip, bits));
            return classful(text, address.get());
        }

        /// An address without host bits by its class is a network, even without `-net`.
        private Optional<IpPrefix> classful(String text, IpAddress address) {
            if (text.split("\\.").length < 4) return AddressText.prefix(text);
            IpPrefix network = new IpPrefix(address, AddressText.classLength(address));
            boolean whole = net || network.address().equals(address);
            return Optional.of(whole ? network : new IpPrefix(address, 32));
        }

        private static final Set<String> VERBS = Set.of("add", "change", "delete", "del", "get");
    }
}
