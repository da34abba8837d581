package dev.adit.tools.configure;

import dev.adit.device.config.ConfigException;
import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.file.ConfValues;
import dev.adit.tools.terminal.Command;
import dev.adit.tools.terminal.CommandFailure;
import dev.adit.tools.terminal.Manual;
import dev.adit.tools.terminal.Terminal;

import java.util.List;

/// The command `set`, which changes an interface and its peers. Immutable.
public record Set() implements Command {
    @Override
    public String name() {
        return "set";
    }

    @Override
    public String summary() {
        return "Change the current configuration, add peers, remove peers, or change peers";
    }

    @Override
    public String usage() {
        return "set <interface> [listen-port <port>] [fwmark <mark>] [private-key <file path>]"
                + " [peer <base64 public key> [remove] [preshared-key <file path>]"
                + " [endpoint <ip>:<port>] [persistent-keepalive <interval seconds>]"
                + " [allowed-ips [+|-]<ip1>/<cidr1>[,[+|-]<ip2>/<cidr2>]...] ]...";
    }

    @Override
    public String usageOfWg() {
        return usage();
    }

    @Override
    public Manual manual() {
        return Manual.of(
                        """
                        Changes the given settings of an interface and its peers; all others stay.
                        Keys are read from files, such as /dev/stdin; an empty file removes a key.\
                        """)
                .with("listen-port", "the UDP port; 0 for one that the system chooses")
                .with("fwmark", "a mark for the interface's own packets; 0 or off for none")
                .with("private-key", "a file with the interface's private key")
                .with("peer", "the public key of the peer that the next words apply to")
                .with("remove", "removes the peer")
                .with("preshared-key", "a file with a key shared with the peer")
                .with("endpoint", "the endpoint to send to: HOST:PORT")
                .with("persistent-keepalive", "an interval in seconds; 0 or off for none")
                .with("allowed-ips", "its prefixes, with commas; +P adds and -P removes one")
                .example("adit set wg0 peer KEY endpoint vpn.example.org:51820");
    }

    @Override
    public int run(Terminal terminal, List<String> arguments) throws CommandFailure {
        if (arguments.size() < 2) throw CommandFailure.usage();
        TargetInterface target = new TargetInterface(arguments.getFirst());
        ConfValues values = new ConfValues(TargetInterface.resolver(terminal), terminal::warn);
        target.apply(parse(values, arguments.subList(1, arguments.size())));
        return 0;
    }

    static DeviceUpdate parse(ConfValues values, List<String> words) throws CommandFailure {
        SetWords parser = new SetWords(values, words);
        try {
            return parser.parse();
        } catch (ConfigException e) {
            parser.erase();
            throw new CommandFailure(e.detail());
        } catch (CommandFailure e) {
            parser.erase();
            throw e;
        }
    }
}
