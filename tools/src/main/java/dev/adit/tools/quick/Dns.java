package dev.adit.tools.quick;

import dev.adit.device.config.file.WgQuickFile;
import dev.adit.tools.host.SystemHost;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Sets and unsets an interface's name servers in the system's resolver. Immutable.
sealed interface Dns {
    /// The steps that make the servers and domains of `conf` the only ones.
    List<Step> set(WgQuickFile conf);

    /// The steps that undo this while the interface still exists.
    List<Step> unsetBefore();

    /// The steps that undo this once the interface is gone.
    List<Step> unsetAfter();

    /// The servers and domains that are set now, as values of `DNS`; empty when they cannot be
    /// known.
    Optional<List<String>> current(SystemHost host);

    /// Finds resolvconf if it is installed, else systemd-resolved; empty when there is neither.
    static Optional<Dns> find(SystemHost host, String name) {
        return host.find("resolvconf")
                .<Dns>map(program -> Resolvconf.of(host, program, name))
                .or(() -> host.find("resolvectl").map(_ -> new Resolvectl(name)));
    }

    /// The resolvconf(8) of Debian or of openresolv.
    ///
    /// @param entry the interface's name in resolvconf
    /// @param link whether another program, usually resolvectl, has that name
    record Resolvconf(String entry, String name, boolean link) implements Dns {
        private static Resolvconf of(SystemHost host, Path program, String name) {
            boolean link = host.isLink(program);
            String prefix = link ? "" : prefix(host.text(INTERFACE_ORDER).orElse(""));
            return new Resolvconf(prefix + name, name, link);
        }

        /// The prefix that puts an interface first: that of the first line `PREFIX*`.
        private static String prefix(String interfaceOrder) {
            for (String line : interfaceOrder.lines().toList()) {
                Matcher matcher = FIRST_KIND.matcher(line);
                if (matcher.matches()) return matcher.group(1) + ".";
            }
            return "";
        }

        @Override
        public List<Step> set(WgQuickFile conf) {
            StringBuilder text = new StringBuilder();
            conf.dns().forEach(server -> text.append("nameserver ").append(server).append('\n'));
            if (!conf.dnsSearch().isEmpty()) {
                text.append("search ").append(String.join(" ", conf.dnsSearch())).append('\n');
            }
            return List.of(Step.feed(text.toString(), "resolvconf", "-a", entry, "-m", "0", "-x"));
        }

        @Override
        public List<Step> unsetBefore() {
            return List.of();
        }

        @Override
        public List<Step> unsetAfter() {
            return List.of(Step.mayFail(Step.run("resolvconf", "-d", entry, "-f")));
        }

        @Override
        public Optional<List<String>> current(SystemHost host) {
            if (link && host.find("resolvectl").isPresent()) {
                return new Resolvectl(name).current(host);
            }
            SystemHost.Answer answer = host.query("resolvconf", "-l", entry);
            return Optional.of(answer.text())
                    .filter(_ -> answer.succeeded())
                    .or(() -> host.text(RUN.resolve(entry)))
                    .map(Resolvconf::values);
        }

        /// The values in the lines of a resolv.conf(5).
        private static List<String> values(String text) {
            List<String> values = new ArrayList<>();
            for (String line : text.lines().toList()) {
                String[] words = line.strip().split("\\s+");
                if (!RESOLV_CONF_KEYS.contains(words[0])) continue;
                values.addAll(List.of(words).subList(1, words.length));
            }
            return values;
        }

        private static final List<String> RESOLV_CONF_KEYS =
                List.of("nameserver", "search", "domain");
        private static final Path RUN = Path.of("/etc/resolvconf/run/interface");
        private static final Path INTERFACE_ORDER = Path.of("/etc/resolvconf/interface-order");
        private static final Pattern FIRST_KIND = Pattern.compile("([A-Za-z0-9-]+)\\*");
    }

    /// The command resolvectl(1) of systemd-resolved.
    record Resolvectl(String name) implements Dns {
        @Override
        public List<Step> set(WgQuickFile conf) {
            List<String> servers = new ArrayList<>(List.of("resolvectl", "dns", name));
            servers.addAll(conf.dns());
            // The routing domain of all names makes these servers the only ones.
            List<String> domains = new ArrayList<>(List.of("resolvectl", "domain", name, "~."));
            domains.addAll(conf.dnsSearch());
            return List.of(new Step.Run(servers, null, false), new Step.Run(domains, null, false));
        }

        @Override
        public List<Step> unsetBefore() {
            return List.of(Step.mayFail(Step.run("resolvectl", "revert", name)));
        }

        @Override
        public List<Step> unsetAfter() {
            return List.of();
        }

        @Override
        public Optional<List<String>> current(SystemHost host) {
            SystemHost.Answer servers = host.query("resolvectl", "dns", name);
            SystemHost.Answer domains = host.query("resolvectl", "domain", name);
            if (!servers.succeeded() || !domains.succeeded()) return Optional.empty();
            List<String> values = new ArrayList<>(values(servers.text()));
            values.addAll(values(domains.text()));
            values.remove("~.");
            return Optional.of(values);
        }

        /// The values in a line such as `Link 5 (wg0): 192.0.2.53 example.org`.
        private static List<String> values(String text) {
            int colon = text.indexOf("):");
            if (colon < 0) return List.of();
            String values = text.substring(colon + 2).strip();
            return values.isEmpty() ? List.of() : List.of(values.split("\\s+"));
        }
    }
}
