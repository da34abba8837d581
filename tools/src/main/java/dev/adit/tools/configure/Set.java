package dev.adit.tools.configure;

import dev.adit.device.config.ConfValues;
import dev.adit.device.config.ConfigException;
import dev.adit.device.config.DeviceUpdate;
import dev.adit.tools.terminal.Command;
import dev.adit.tools.terminal.Failure;
import dev.adit.tools.terminal.Terminal;

import java.util.List;

/// `set`: changes an interface and its peers, by words. Immutable.
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
    public int run(Terminal terminal, List<String> arguments) throws Failure {
        if (arguments.size() < 2) throw Failure.usage();
        Target target = new Target(arguments.getFirst());
        ConfValues values = new ConfValues(Target.resolver(terminal), terminal::warn);
        target.apply(parse(values, arguments.subList(1, arguments.size())));
        return 0;
    }

    static DeviceUpdate parse(ConfValues values, List<String> words) throws Failure {
        SetWords parser = new SetWords(values, words);
        try {
            return parser.parse();
        } catch (ConfigException e) {
            parser.erase();
            throw new Failure(e.detail());
        } catch (Failure e) {
            parser.erase();
            throw e;
        }
    }
}
