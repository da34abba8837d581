package dev.adit.net;

import dev.adit.device.config.ConfigException;
import dev.adit.device.config.ConfigException.Place;
import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.file.InterfaceAddress;
import dev.adit.device.config.file.WgQuickFile;
import dev.adit.device.resolve.Resolver;
import dev.adit.device.secret.SecretFile;
import dev.adit.ip.address.IpAddress;
import dev.adit.protocol.keys.PrivateKey;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The settings of a network in a program, from a wg-quick file. Immutable, but for its keys, which
/// [#erase] erases.
///
/// @param name of the network
/// @param dns addresses of name servers
/// @param mtu bytes
/// @param update what the device is configured with
record NetworkConfig(
        String name,
        List<InterfaceAddress> addresses,
        List<IpAddress> dns,
        List<String> searchDomains,
        int mtu,
        DeviceUpdate update) {

    /// Reads a file. Its name without `.conf` is that of the network.
    static NetworkConfig read(Path file) throws IOException, ConfigException {
        byte[] text = SecretFile.read(file);
        try {
            warnIfOthersCanRead(file);
            String name = String.valueOf(file.getFileName()).replaceFirst("\\.conf$", "");
            return parse(name, text, file.toString());
        } finally {
            Arrays.fill(text, (byte) 0);
        }
    }

    private static void warnIfOthersCanRead(Path file) throws IOException {
        if (!Files.getFileStore(file).supportsFileAttributeView("posix")) return;
        if (!Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) return;
        LOG.log(Level.WARNING, "`" + file + "' is world accessible");
    }

    /// Parses the text of a file, which the caller erases.
    ///
    /// @param source the name of the text, for errors
    static NetworkConfig parse(String name, byte[] text, String source) throws ConfigException {
        WgQuickFile file = WgQuickFile.parse(text, source);
        try {
            if (file.mistake() != null) throw file.mistake();
            List<InterfaceAddress> addresses =
                    file.addresses().stream()
                            .map(address -> InterfaceAddress.parse(address).orElseThrow())
                            .toList();
            if (addresses.isEmpty()) throw missing(file, source, "Address");
            int mtu = mtu(file, source, addresses);
            List<IpAddress> dns = dns(file, source);
            DeviceUpdate update =
                    file.update(
                            source, Resolver.system(), warning -> LOG.log(Level.WARNING, warning));
            PrivateKey key = update.privateKey();
            if (key == null || key.isZero()) {
                update.erase();
                throw missing(file, source, "PrivateKey");
            }
            sayWhatIsIgnored(file, source);
            return new NetworkConfig(name, addresses, dns, file.dnsSearch(), mtu, update);
        } finally {
            file.erase();
        }
    }

    private static ConfigException missing(WgQuickFile file, String source, String key) {
        return new ConfigException(ConfigException.Reason.MISSING_KEY, "the key is missing", null)
                .at(new Place(source, file.lines().section(), SECTION, key));
    }

    private static int mtu(WgQuickFile file, String source, List<InterfaceAddress> addresses)
            throws ConfigException {
        if (file.mtu().isEmpty()) return DEFAULT_MTU;
        int mtu = Integer.parseInt(file.mtu());
        boolean hasV6 = addresses.stream().anyMatch(a -> a.address().v6());
        int least = hasV6 ? LEAST_V6 : LEAST_V4;
        if (mtu >= least) return mtu;
        throw new ConfigException(
                        ConfigException.Reason.INVALID_MTU,
                        mtu + " is less than " + least,
                        file.mtu())
                .at(new Place(source, file.lines().mtu(), SECTION, "MTU"));
    }

    private static List<IpAddress> dns(WgQuickFile file, String source) throws ConfigException {
        List<IpAddress> servers = new ArrayList<>();
        for (String server : file.dns()) {
            Place place = new Place(source, file.lines().dns().get(servers.size()), SECTION, "DNS");
            servers.add(IpAddress.parse(server).orElseThrow(() -> notAnAddress(server, place)));
        }
        return servers;
    }

    private static ConfigException notAnAddress(String server, Place place) {
        return new ConfigException(
                        ConfigException.Reason.INVALID_ADDRESS,
                        "`" + server + "' is not an address",
                        server)
                .at(place);
    }

    /// Names the keys that make no sense in a program, once.
    private static void sayWhatIsIgnored(WgQuickFile file, String source) {
        Set<String> ignored = new LinkedHashSet<>();
        if (!file.preUp().isEmpty()) ignored.add("PreUp");
        if (!file.postUp().isEmpty()) ignored.add("PostUp");
        if (!file.preDown().isEmpty()) ignored.add("PreDown");
        if (!file.postDown().isEmpty()) ignored.add("PostDown");
        if (!file.table().isEmpty()) ignored.add("Table");
        if (file.saveConfig()) ignored.add("SaveConfig");
        if (ignored.isEmpty()) return;
        LOG.log(Level.INFO, source + ": of no effect in a program: " + String.join(", ", ignored));
    }

    /// Erases the keys.
    void erase() {
        update.erase();
    }

    @Override
    public String toString() {
        return "NetworkConfig " + name;
    }

    private static final System.Logger LOG = System.getLogger("dev.adit.net");
    private static final String SECTION = "Interface";
    private static final int DEFAULT_MTU = 1420;
    private static final int LEAST_V4 = 576;
    private static final int LEAST_V6 = 1280;
}
