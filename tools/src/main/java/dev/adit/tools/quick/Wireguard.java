package dev.adit.tools.quick;

import dev.adit.device.config.ConfigException;
import dev.adit.device.config.DeviceConfiguration;
import dev.adit.device.config.DeviceControl;
import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.file.ConfFile;
import dev.adit.device.config.file.WgQuickFile;
import dev.adit.device.resolve.Resolver;
import dev.adit.tools.host.LinkUp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// The WireGuard side of a tunnel: does the work of wg(8) for wg-quick(8). Confined to one thread.
final class Wireguard {
    private final DeviceControl device;
    private final WgQuickFile conf;
    private final String file;
    private final VerbOutput console;

    /// @param device the device, which is not connected to before it is used
    /// @param file the name of the file, for errors
    Wireguard(DeviceControl device, WgQuickFile conf, String file, VerbOutput console) {
        this.device = device;
        this.conf = conf;
        this.file = file;
        this.console = console;
    }

    /// Refuses a configuration that [#addConf] would refuse for other reasons than a name that
    /// cannot be resolved now.
    void check() throws VerbFailure {
        parse(new Unresolved(), _ -> {}).erase();
    }

    /// The state that the configuration results in, without asking the device. Names that cannot be
    /// resolved are reported and left out.
    TunnelState predict() throws VerbFailure {
        DeviceUpdate update = parse(new Tolerant(), this::warn);
        update.erase();
        return TunnelState.predict(update);
    }

    /// Adds the configuration's keys and peers to the device.
    ///
    /// @param environment sets how long to try to resolve names
    void addConf(Map<String, String> environment) throws VerbFailure {
        Resolver resolver = Resolver.patient(retries(environment), this::warn);
        DeviceUpdate update = parse(resolver, this::warn);
        try {
            device.configure(update);
        } catch (IOException e) {
            throw refused("modify", e);
        } finally {
            update.erase();
        }
    }

    void setMark(int mark) throws VerbFailure {
        try {
            device.configure(DeviceUpdate.builder().fwmark(mark).build());
        } catch (IOException e) {
            throw refused("modify", e);
        }
    }

    TunnelState state() throws VerbFailure {
        try {
            return TunnelState.of(device.status());
        } catch (IOException e) {
            throw refused("access", e);
        }
    }

    /// The file with the device's present settings, with the names of endpoints where it has them.
    /// It holds all keys: the receiver erases it.
    byte[] showConf() throws VerbFailure {
        DeviceConfiguration status = configuration();
        try {
            return ConfFile.print(status, device.notes());
        } catch (IOException e) {
            throw refused("access", e);
        } finally {
            status.erase();
        }
    }

    /// Waits until the daemon has sockets, after the interface was set up.
    ///
    /// @param isDown whether the system has the interface down
    /// @return why it has none, or empty
    Optional<String> awaitUp(BooleanSupplier isDown) throws VerbFailure {
        try {
            return LinkUp.await(device, isDown);
        } catch (IOException e) {
            throw refused("access", e);
        }
    }

    private DeviceConfiguration configuration() throws VerbFailure {
        try {
            return device.configuration();
        } catch (IOException e) {
            throw refused("access", e);
        }
    }

    private DeviceUpdate parse(Resolver resolver, Consumer<String> warnings) throws VerbFailure {
        try {
            return new ConfFile(resolver, warnings).parse(conf.rest(), file, ConfFile.Mode.ADD);
        } catch (ConfigException e) {
            console.line(conf.place(e.place()) + VerbOutput.bytes(e.detail()));
            boolean keyless = e.reason() == ConfigException.Reason.NO_PUBLIC_KEY;
            console.line(keyless ? "Invalid configuration" : "Configuration parsing error");
            throw VerbFailure.told(1);
        }
    }

    private void warn(String sentence) {
        console.line(VerbOutput.bytes(sentence));
    }

    private VerbFailure refused(String verb, IOException e) {
        console.line("Unable to " + verb + " interface: " + VerbOutput.bytes(e.getMessage()));
        return VerbFailure.told(1);
    }

    private int retries(Map<String, String> environment) throws VerbFailure {
        String text = environment.getOrDefault("WG_ENDPOINT_RESOLUTION_RETRIES", "15");
        if (text.equals("infinity")) return -1;
        try {
            int retries = text.startsWith("+") ? -1 : Integer.parseInt(text);
            if (retries >= 0) return retries;
        } catch (NumberFormatException e) {
            // Reported below.
        }
        warn("Unable to parse WG_ENDPOINT_RESOLUTION_RETRIES: `" + text + "'");
        throw VerbFailure.told(1);
    }

    /// Resolves every host to the unspecified address.
    private static class Unresolved implements Resolver {
        private final Resolver system = Resolver.system();

        @Override
        public InetAddress address(String host, String endpoint) throws UnknownHostException {
            return InetAddress.ofLiteral("0.0.0.0");
        }

        @Override
        public OptionalInt port(String service) {
            return system.port(service);
        }
    }

    /// Resolves a host that is not found to the unspecified address.
    private final class Tolerant extends Unresolved {
        @Override
        public InetAddress address(String host, String endpoint) throws UnknownHostException {
            try {
                return Resolver.system().address(host, endpoint);
            } catch (UnknownHostException e) {
                warn(e.getMessage() + ": `" + endpoint + "'");
                return super.address(host, endpoint);
            }
        }
    }
}
