package dev.adit.proxy;

import dev.adit.proxy.forward.ForwardTarget;
import dev.adit.proxy.server.ListenAddress;
import dev.adit.proxy.socks.Users;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/// The options of a [Proxy]: its addresses, forwards, services and users. Immutable.
public final class ProxyOptions {
    private final List<Listener> listen;
    private final List<Forward> tcp;
    private final List<Forward> udp;
    private final List<Service> services;
    private final List<ListenAddress> dns;
    private final List<ListenAddress> health;

    private ProxyOptions(Builder builder) {
        listen = builder.listeners();
        tcp = List.copyOf(builder.tcp);
        udp = List.copyOf(builder.udp);
        services = List.copyOf(builder.services);
        dns = List.copyOf(builder.dns);
        health = List.copyOf(builder.health);
    }

    /// Options by which nothing is done yet.
    public static Builder builder() {
        return new Builder();
    }

    List<Listener> listen() {
        return listen;
    }

    List<Forward> tcp() {
        return tcp;
    }

    List<Forward> udp() {
        return udp;
    }

    List<Service> services() {
        return services;
    }

    List<ListenAddress> dns() {
        return dns;
    }

    List<ListenAddress> health() {
        return health;
    }

    /// True when it is to pass DNS queries on, so that the network needs name servers.
    public boolean servesDns() {
        return !dns.isEmpty();
    }

    /// An address for SOCKS and HTTP clients. Immutable.
    ///
    /// @param users those who may use it, or null for everyone who can connect
    record Listener(ListenAddress at, @Nullable Users users) {}

    /// A port of the host that leads to a target in the tunnel. Immutable.
    record Forward(ListenAddress at, ForwardTarget target) {}

    /// A port in the tunnel that leads to a target of the host. Immutable.
    record Service(int port, ForwardTarget target, boolean tellsPeer) {}

    /// Collects options. Not thread-safe. Texts that are wrong are refused at once, by an
    /// [IllegalArgumentException] whose message says what is wrong.
    public static final class Builder {
        private final List<Listener> listen = new ArrayList<>();
        private final List<Forward> tcp = new ArrayList<>();
        private final List<Forward> udp = new ArrayList<>();
        private final List<Service> services = new ArrayList<>();
        private final List<ListenAddress> dns = new ArrayList<>();
        private final List<ListenAddress> health = new ArrayList<>();
        private @Nullable Users users;
        private boolean isOpen;

        private Builder() {}

        /// Serves SOCKS and HTTP clients at `address`: `ADDRESS:PORT`, `PORT` on loopback, or
        /// `unix:PATH`.
        public Builder listen(String address) {
            listen.add(new Listener(ListenAddress.parse(address), null));
            return this;
        }

        /// Serves one user alone at `address`, as of [#listen(String)], in place of those of
        /// [#users].
        ///
        /// @param password erased
        public Builder listen(String address, String user, byte[] password) {
            UsersFile one = UsersFile.of(user, password);
            listen.add(new Listener(ListenAddress.parse(address), one::check));
            return this;
        }

        /// Carries TCP connections, `LOCAL=HOST:PORT`: what connects to `LOCAL`, as of [#listen],
        /// is connected to that port in the tunnel.
        public Builder tcp(String forward) {
            tcp.add(forward(forward));
            return this;
        }

        /// Carries UDP datagrams, `LOCAL=HOST:PORT`, and the answers.
        public Builder udp(String forward) {
            Forward parsed = forward(forward);
            if (!(parsed.at.address() instanceof InetSocketAddress)) {
                throw new IllegalArgumentException("`" + forward + "': UDP has no Unix sockets");
            }
            udp.add(parsed);
            return this;
        }

        /// Carries connections of peers, `PORT=TARGET`: what connects to that port in the tunnel is
        /// connected to `HOST:PORT` or `unix:PATH` of the host. With `,proxy-protocol` behind it,
        /// the target is told the peer's address by a PROXY protocol header.
        public Builder serve(String service) {
            String[] words = split(service);
            boolean tellsPeer = words[1].endsWith(TELLS_PEER);
            String target =
                    tellsPeer
                            ? words[1].substring(0, words[1].length() - TELLS_PEER.length())
                            : words[1];
            ForwardTarget port = ForwardTarget.parse("tunnel:" + words[0]);
            services.add(new Service(port.port(), ForwardTarget.parse(target), tellsPeer));
            return this;
        }

        /// Passes DNS queries at `address` on to the name servers of the network, over UDP and TCP:
        /// `ADDRESS`, `ADDRESS:PORT`, or `PORT` on loopback; without a port it is 53.
        public Builder dns(String address) {
            ListenAddress parsed = ListenAddress.parse(address, 53);
            if (!(parsed.address() instanceof InetSocketAddress)) {
                throw new IllegalArgumentException("`" + address + "': DNS has no Unix sockets");
            }
            dns.add(parsed);
            return this;
        }

        /// Serves `/livez`, `/readyz` and `/metrics` by HTTP at `address`, as of [#listen].
        public Builder health(String address) {
            health.add(ListenAddress.parse(address));
            return this;
        }

        /// Lets in those users alone, SOCKS and HTTP clients with their passwords.
        public Builder users(UsersFile allowed) {
            users = allowed::check;
            return this;
        }

        /// Lets clients of other hosts in without a password.
        public Builder open() {
            isOpen = true;
            return this;
        }

        private static Forward forward(String text) {
            String[] words = split(text);
            ForwardTarget target = ForwardTarget.parse(words[1]);
            if (target.isUnix()) {
                throw new IllegalArgumentException("`" + text + "': no tunnel has Unix sockets");
            }
            return new Forward(ListenAddress.parse(words[0]), target);
        }

        private static String[] split(String text) {
            String[] words = text.split("=", 2);
            if (words.length == 2) return words;
            throw new IllegalArgumentException("`" + text + "': there is no = in it");
        }

        /// Makes the options.
        ///
        /// @throws IllegalArgumentException when other hosts could use the proxy without a
        ///   password, and that is not said to be meant
        public ProxyOptions build() {
            for (Listener one : listeners()) if (one.users == null) checkLocal(one.at);
            for (Forward forward : tcp) checkLocal(forward.at);
            for (Forward forward : udp) checkLocal(forward.at);
            dns.forEach(this::checkLocal);
            health.forEach(this::checkLocal);
            return new ProxyOptions(this);
        }

        /// Those without users of their own have those of all.
        private List<Listener> listeners() {
            return listen.stream()
                    .map(one -> one.users == null ? new Listener(one.at, users) : one)
                    .toList();
        }

        private void checkLocal(ListenAddress at) {
            if (isOpen || at.isLocal()) return;
            throw new IllegalArgumentException(
                    "`" + at.text() + "' would let other hosts in without a password");
        }

        private static final String TELLS_PEER = ",proxy-protocol";
    }
}
