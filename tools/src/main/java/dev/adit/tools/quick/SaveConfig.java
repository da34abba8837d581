package dev.adit.tools.quick;

import dev.adit.device.config.file.WgQuickFile;
import dev.adit.device.secret.SecretFile;
import dev.adit.tools.host.SystemHost;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Writes the state of a tunnel to its configuration file. Confined to one thread.
///
/// The file is the old one or the new one at every moment, even after a loss of power.
final class SaveConfig {
    private final WgQuickFile conf;
    private final ConfPath path;
    private final SystemHost host;
    private final Wireguard wireguard;

    SaveConfig(WgQuickFile conf, ConfPath path, SystemHost host, Wireguard wireguard) {
        this.conf = conf;
        this.path = path;
        this.host = host;
        this.wireguard = wireguard;
    }

    void save() throws VerbFailure {
        byte[] shown = wireguard.showConf();
        byte[] text = text(shown);
        Path temporary = Path.of(path.file() + ".tmp");
        try {
            write(temporary, text);
            move(temporary);
        } finally {
            Arrays.fill(shown, (byte) 0);
            Arrays.fill(text, (byte) 0);
            deleteQuietly(temporary);
        }
    }

    /// The device's own file, with our lines first in its interface section.
    private byte[] text(byte[] shown) {
        byte[] ours = header().getBytes(StandardCharsets.ISO_8859_1);
        byte[] text = Arrays.copyOf(ours, ours.length + shown.length - SECTION.length());
        System.arraycopy(
                shown, SECTION.length(), text, ours.length, shown.length - SECTION.length());
        return text;
    }

    private String header() {
        SystemQueries queries = new SystemQueries(host, path.name());
        // If a hook has moved or renamed the interface, this cannot be known here.
        boolean here = queries.linkExists();
        List<String> addresses = here ? queries.givenAddresses() : conf.addresses();
        List<String> lines = new ArrayList<>();
        addresses.forEach(address -> lines.add("Address = " + address));
        nameServers().forEach(value -> lines.add("DNS = " + value));
        if (!conf.mtu().isEmpty()) lines.add("MTU = " + (here ? queries.mtu() : conf.mtu()));
        if (!conf.table().isEmpty()) lines.add("Table = " + conf.table());
        if (conf.saveConfig()) lines.add("SaveConfig = true");
        conf.preUp().forEach(hook -> lines.add("PreUp = " + hook));
        conf.postUp().forEach(hook -> lines.add("PostUp = " + hook));
        conf.preDown().forEach(hook -> lines.add("PreDown = " + hook));
        conf.postDown().forEach(hook -> lines.add("PostDown = " + hook));
        return SECTION + String.join("\n", lines) + (lines.isEmpty() ? "" : "\n");
    }

    /// The addresses with a peer address, such as `10.0.0.1 peer 10.0.0.2/32`, that neither
    /// `Address` can express nor a hook adds again.
    List<String> lostAddresses() {
        List<String> hooks = new ArrayList<>(conf.preUp());
        hooks.addAll(conf.postUp());
        return new SystemQueries(host, path.name())
                .pointToPointAddresses().stream()
                        .filter(address -> hooks.stream().noneMatch(line -> adds(line, address)))
                        .toList();
    }

    private static boolean adds(String hook, String address) {
        String[] words = address.split("/")[0].split(" ");
        return hook.contains(words[0]) && hook.contains(words[words.length - 1]);
    }

    /// The servers and domains that are set now; if they cannot be known, those that were
    /// configured.
    private List<String> nameServers() {
        Optional<List<String>> now = Dns.find(host, path.name()).flatMap(dns -> dns.current(host));
        if (now.isPresent() && !(now.get().isEmpty() && conf.dns().isEmpty())) {
            return withDomainsIfUnset(now.get());
        }
        return configured();
    }

    /// Domains without a server are never set, so only the file has them.
    private List<String> withDomainsIfUnset(List<String> now) {
        if (!conf.dns().isEmpty()) return now;
        List<String> all = new ArrayList<>(now);
        conf.dnsSearch().stream().filter(domain -> !all.contains(domain)).forEach(all::add);
        return all;
    }

    private List<String> configured() {
        List<String> all = new ArrayList<>(conf.dns());
        all.addAll(conf.dnsSearch());
        return all;
    }

    private static void write(Path file, byte[] text) throws VerbFailure {
        try {
            SecretFile.write(file, text);
        } catch (IOException e) {
            throw new VerbFailure("Could not write configuration file: " + reason(e));
        }
    }

    private void move(Path temporary) throws VerbFailure {
        try {
            Files.move(temporary, path.file(), StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel directory = FileChannel.open(path.file().getParent())) {
                directory.force(true);
            }
        } catch (IOException e) {
            throw new VerbFailure("Could not move configuration file: " + reason(e));
        }
    }

    private static String reason(IOException e) {
        return VerbOutput.bytes(e.getMessage());
    }

    private static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // The failure that led here is reported.
        }
    }

    private static final String SECTION = "[Interface]\n";
}
