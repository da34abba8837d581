package dev.adit.tools.configure;

import dev.adit.device.config.DeviceConfiguration;
import dev.adit.device.config.DeviceControl;
import dev.adit.device.config.DeviceStatus;
import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.Resolution;
import dev.adit.device.resolve.Resolver;
import dev.adit.device.uapi.UapiClient;
import dev.adit.device.uapi.UapiSocket;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.tools.terminal.CommandFailure;
import dev.adit.tools.terminal.ErrorText;
import dev.adit.tools.terminal.Terminal;

import java.io.IOException;
import java.util.List;

/// The interface that a command works on. Immutable.
final class TargetInterface {
    private final DeviceControl device;

    TargetInterface(String name) {
        device = new UapiClient(UapiSocket.find(name, System.getenv()));
    }

    /// Applies `update`, and erases it whatever the outcome.
    void apply(DeviceUpdate update) throws CommandFailure {
        try {
            device.configure(update);
        } catch (IOException e) {
            throw new CommandFailure("Unable to modify interface: " + ErrorText.of(e));
        } finally {
            update.erase();
        }
    }

    /// The state of the interface, without keys.
    ///
    /// @param failure the text to put before the reason when the interface does not answer
    DeviceStatus status(String failure) throws CommandFailure {
        try {
            return device.status();
        } catch (IOException e) {
            throw new CommandFailure(failure + ": " + ErrorText.of(e));
        }
    }

    /// The configuration of the interface, with its keys. The caller erases it.
    ///
    /// @param failure the text to put before the reason when the interface does not answer
    DeviceConfiguration configuration(String failure) throws CommandFailure {
        try {
            return device.configuration();
        } catch (IOException e) {
            throw new CommandFailure(failure + ": " + ErrorText.of(e));
        }
    }

    /// Asks the daemon to resolve the names of these peers' endpoints, or of all.
    List<Resolution> resolve(List<PublicKey> peers) throws CommandFailure {
        try {
            return device.resolve(peers);
        } catch (IOException e) {
            throw new CommandFailure("Unable to access interface: " + ErrorText.of(e));
        }
    }

    /// A resolver that retries as often as `WG_ENDPOINT_RESOLUTION_RETRIES` says.
    static Resolver resolver(Terminal terminal) throws CommandFailure {
        String text = terminal.environment().get(RETRIES);
        return Resolver.patient(text == null ? 15 : retries(text), terminal::warn);
    }

    private static int retries(String text) throws CommandFailure {
        if (text.equals("infinity")) return -1;
        try {
            int retries = Integer.parseInt(text);
            if (retries >= 0) return retries;
        } catch (NumberFormatException e) {
            // Reported below.
        }
        throw new CommandFailure("Unable to parse " + RETRIES + ": `" + text + "'");
    }

    private static final String RETRIES = "WG_ENDPOINT_RESOLUTION_RETRIES";
}
