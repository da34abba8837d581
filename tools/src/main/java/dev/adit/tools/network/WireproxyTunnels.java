package dev.adit.tools.network;

import dev.adit.proxy.ProxyOptions;
import dev.adit.tools.terminal.CommandFailure;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/// The sections of a wireproxy file that say what is to be served. Confined to one thread.
final class WireproxyTunnels {
    private final IniFile file;
    private final Map<String, String> environment;
    private final Consumer<String> warn;
    private final ProxyOptions.Builder options = ProxyOptions.builder().open();
    private final List<String> stdio = new ArrayList<>();

    /// @param warn is told of what has no effect, with its line
    WireproxyTunnels(IniFile file, Map<String, String> environment, Consumer<String> warn) {
        this.file = file;
        this.environment = environment;
        this.warn = warn;
    }

    /// What to serve.
    ///
    /// @param health where health is told, `HOST:PORT`; empty for nowhere
    /// @throws CommandFailure with the line that is wrong
    ProxyOptions read(String health) throws CommandFailure {
        for (IniFile.Section section : file.sections()) {
            try {
                read(section);
            } catch (IllegalArgumentException e) {
                throw file.failure(section.line(), "[" + section.name() + "] " + e.getMessage());
            }
        }
        try {
            if (!health.isEmpty()) options.health(address(health));
            return options.build();
        } catch (IllegalArgumentException | UnknownHostException e) {
            throw new CommandFailure("wireproxy: -i " + health + ": " + e.getMessage());
        }
    }

    /// Where standard input and output go, `HOST:PORT`; empty when nowhere.
    List<String> stdio() {
        return List.copyOf(stdio);
    }

    private void read(IniFile.Section section) throws CommandFailure {
        switch (section.name()) {
            case "", "interface", "peer" -> {} // the network
            case "socks5", "http" -> {
                know(section, List.of("bindaddress", "username", "password"));
                listen(section);
            }
            case "tcpclienttunnel" -> {
                know(section, List.of("bindaddress", "target"));
                options.tcp(address(section) + "=" + value(section, "Target"));
            }
            case "udpproxytunnel" -> {
                know(section, List.of("bindaddress", "target"));
                options.udp(address(section) + "=" + value(section, "Target"));
            }
            case "tcpservertunnel" -> {
                know(section, List.of("listenport", "target"));
                options.serve(value(section, "ListenPort") + "=" + value(section, "Target"));
            }
            case "stdiotunnel" -> {
                know(section, List.of("target"));
                stdio.add(value(section, "Target"));
            }
            default -> warn.accept(section.line() + ": a section that is not known");
        }
    }

    /// Names the keys that have no effect, as in wireproxy.
    private void know(IniFile.Section section, List<String> keys) {
        for (IniFile.Entry entry : section.entries()) {
            if (!keys.contains(entry.key())) {
                warn.accept(entry.line() + ": " + entry.name() + " has no effect");
            }
        }
    }

    private void listen(IniFile.Section section) throws CommandFailure {
        String at = address(section);
        IniFile.Entry user = section.find("username");
        String name = user == null ? "" : file.value(user, environment);
        if (name.isEmpty()) {
            options.listen(at);
            if (!isLoopback(at)) warn.accept(section.line() + ": " + at + " has no password");
            return;
        }
        IniFile.Entry secret = section.find("password");
        String password = secret == null ? "" : file.value(secret, environment);
        options.listen(at, name, password.getBytes(StandardCharsets.UTF_8));
    }

    private static boolean isLoopback(String at) {
        return at.startsWith("127.") || at.startsWith("[::1]") || at.matches("[0-9]+");
    }

    private String value(IniFile.Section section, String key) throws CommandFailure {
        IniFile.Entry entry = section.find(key.toLowerCase(Locale.ROOT));
        String value = entry == null ? "" : file.value(entry, environment);
        if (!value.isEmpty()) return value;
        throw file.failure(section.line(), "[" + section.name() + "] " + key + " is missing");
    }

    private String address(IniFile.Section section) throws CommandFailure {
        String text = value(section, "BindAddress");
        try {
            return address(text);
        } catch (UnknownHostException e) {
            throw file.failure(section.line(), "BindAddress: there is no host in " + text);
        }
    }

    /// An address to listen at: a name is looked up by the host, and no host means all addresses.
    private static String address(String text) throws UnknownHostException {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? text : text.substring(0, colon);
        if (colon < 0 || host.startsWith("[")) return text;
        String port = text.substring(colon);
        if (host.isEmpty()) return "[::]" + port;
        if (host.equalsIgnoreCase("localhost")) return "127.0.0.1" + port;
        String address = InetAddress.getByName(host).getHostAddress();
        return (address.contains(":") ? "[" + address + "]" : address) + port;
    }
}
