package dev.adit.tools.configure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.device.config.ConfigException;
import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.file.ConfValues;
import dev.adit.device.uapi.text.UapiText;
import dev.adit.fuzz.CommandWords;
import dev.adit.fuzz.FixedResolver;
import dev.adit.fuzz.Input;
import dev.adit.fuzz.Target;
import dev.adit.tools.terminal.CommandFailure;

/// The words of `adit set`: a message, or an update that the socket takes.
public final class SetFuzz implements Target {
    private final CommandWords words = new CommandWords();
    private final ConfValues values = new ConfValues(new FixedResolver(), warning -> {});

    @Override
    public void take(byte[] bytes) {
        DeviceUpdate update;
        try {
            update = Set.parse(values, words.of(new Input(bytes).text(), FILES));
        } catch (CommandFailure refused) {
            assertThat(refused.getMessage()).isNotBlank();
            return;
        }
        byte[] printed = UapiText.print(update);
        try {
            assertThat(UapiText.print(UapiText.parseUpdate(printed))).isEqualTo(printed);
        } catch (ConfigException e) {
            throw new AssertionError("taken from words, and then refused", e);
        } finally {
            update.erase();
        }
    }

    private static final java.util.Set<String> FILES =
            java.util.Set.of("private-key", "preshared-key");
}
