package dev.adit.tools.netbsd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.device.config.ConfigException;
import dev.adit.device.config.DeviceConfiguration;
import dev.adit.device.config.DeviceControl;
import dev.adit.device.config.DeviceInfo;
import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.uapi.text.DeviceInfoParser;
import dev.adit.device.uapi.text.UapiText;
import dev.adit.fuzz.CommandWords;
import dev.adit.fuzz.FixedResolver;
import dev.adit.fuzz.Input;
import dev.adit.fuzz.Target;
import dev.adit.protocol.drop.DropReason;
import dev.adit.tools.terminal.CommandFailure;
import dev.adit.tools.terminal.Terminal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The words of `adit wgconfig` about an interface with one peer: a message and no change, or one
/// change that the socket takes.
public final class WgConfigFuzz implements Target {
    private final CommandWords words = new CommandWords();

    @Override
    public void take(byte[] bytes) throws IOException {
        List<String> arguments =
                words.of(new Input(bytes).text(), FILES).stream().map(this::option).toList();
        OnePeer device = new OnePeer();
        Terminal terminal =
                new Terminal(
                        "wgconfig",
                        new ByteArrayInputStream(new byte[0]),
                        new ByteArrayOutputStream(),
                        new ByteArrayOutputStream(),
                        Map.of(),
                        false);
        int status;
        try {
            status = new WgConfig(name -> device, new FixedResolver()).run(terminal, arguments);
        } catch (CommandFailure refused) {
            assertThat(refused.getMessage()).startsWith("wgconfig: ");
            status = 1;
        }
        assertThat(status).isBetween(0, 1);
        assertThat(device.changes).isLessThanOrEqualTo(1 - status);
    }

    private String option(String word) {
        String option = "--preshared-key=";
        return word.startsWith(option) ? option + words.file(word) : word;
    }

    private static final class OnePeer implements DeviceControl {
        int changes;

        @Override
        public void configure(DeviceUpdate update) throws IOException {
            changes++;
            byte[] printed = UapiText.print(update);
            try {
                assertThat(UapiText.print(UapiText.parseUpdate(printed))).isEqualTo(printed);
            } catch (ConfigException e) {
                throw new AssertionError("taken from words, and then refused", e);
            }
        }

        @Override
        public DeviceConfiguration configuration() {
            try {
                return UapiText.parseStatus(
                        (PEER + "allowed_ip=10.0.0.1/32\n").getBytes(StandardCharsets.US_ASCII));
            } catch (ConfigException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public DeviceInfo notes() {
            DeviceInfoParser parser = new DeviceInfoParser();
            try {
                for (String line : (PEER + "description=laptop").split("\n")) {
                    parser.line(line.getBytes(StandardCharsets.US_ASCII), 0, line.length());
                }
            } catch (ConfigException e) {
                throw new AssertionError(e);
            }
            return parser.notes();
        }

        @Override
        public Map<DropReason, Long> drops() {
            return Map.of();
        }
    }

    private static final Set<String> FILES = Set.of("private-key");
    private static final String PEER =
            "public_key=c53201039adba14be71f886da1d8dbe9eebded08cb111b75340078999aa9f038\n";
}
