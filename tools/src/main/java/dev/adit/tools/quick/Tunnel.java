package dev.adit.tools.quick;

import java.io.IOException;
import java.util.Optional;

/// One tunnel: its configuration, and what of the system belongs to it. Confined to one thread.
final class Tunnel {
    final Surroundings around;
    final ConfPath path;
    final QuickConf conf;
    final Inquiry inquiry;
    final Wireguard wireguard;
    final Journal journal;
    final Runner runner;

    Tunnel(Surroundings around, ConfPath path, QuickConf conf) {
        this.around = around;
        this.path = path;
        this.conf = conf;
        inquiry = new Inquiry(around.host(), name());
        wireguard =
                new Wireguard(
                        around.daemons().device(name()), conf, path.shown(), around.console());
        journal = new Journal(around.journals(), name(), around.namespace());
        Saving saving = new Saving(conf, path, around.host(), wireguard);
        runner =
                new Runner(
                        around.host(), around.console(), wireguard, around.environment(), saving);
    }

    String name() {
        return path.name();
    }

    /// Whether the interface is here and a daemon serves it.
    boolean isUp() throws IOException {
        return around.daemons().serves(name()) && inquiry.linkExists();
    }

    /// What to say of an interface that is not up.
    Failure notUp() {
        return new Failure(
                inquiry.isInKernel()
                        ? "`" + name() + "' belongs to the kernel's WireGuard: use wg-quick"
                        : "`" + name() + "' is not a WireGuard interface");
    }

    /// Who is told about name servers; empty when there are none to tell.
    Optional<Dns> dns() {
        return conf.dns().isEmpty() ? Optional.empty() : Dns.find(around.host(), name());
    }
}
