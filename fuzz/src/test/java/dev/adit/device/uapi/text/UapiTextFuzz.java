package dev.adit.device.uapi.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.device.config.ConfigException;
import dev.adit.device.config.DeviceConfiguration;
import dev.adit.device.config.DeviceInfo;
import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.secret.SecretOutput;
import dev.adit.fuzz.Input;
import dev.adit.fuzz.Secrets;
import dev.adit.fuzz.Target;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/// The lines of the configuration socket: refused with a reason that tells no key, or taken for
/// what, written and read again, is the same.
public final class UapiTextFuzz implements Target {
    @Override
    public void take(byte[] bytes) throws IOException {
        Input input = new Input(bytes);
        int what = input.below(3);
        byte[] text = input.rest();
        try {
            switch (what) {
                case 0 -> update(text);
                case 1 -> configuration(text);
                default -> notes(text);
            }
        } catch (ConfigException refused) {
            assertThat(refused.detail()).isNotEmpty();
            assertThat(refused.errno()).isIn(22, 71);
            assertThat(refused.place().line()).isBetween(1, lines(text));
            Secrets.stay(refused, new String(text, StandardCharsets.UTF_8));
        }
    }

    private static void update(byte[] text) throws ConfigException, IOException {
        DeviceUpdate update = UapiText.parseUpdate(text);
        assertThat(update.peers()).hasSize(peers(text));
        byte[] printed = UapiText.print(update);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        UapiText.print(update, into(out));
        update.erase();
        assertThat(out.toByteArray()).isEqualTo(printed);
        DeviceUpdate again = read(printed, UapiText::parseUpdate);
        assertThat(UapiText.print(again)).isEqualTo(printed);
        if (again.privateKey() != null) assertThat(update.privateKey().isZero()).isTrue(); // erased
    }

    private static void configuration(byte[] text) throws ConfigException, IOException {
        DeviceConfiguration status = UapiText.parseStatus(text);
        assertThat(status.peers()).hasSize(peers(text));
        byte[] printed = UapiText.print(status);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        UapiText.print(status, into(out));
        assertThat(out.toByteArray()).isEqualTo(printed);
        DeviceConfiguration again = read(printed, UapiText::parseStatus);
        assertThat(UapiText.print(again)).isEqualTo(printed);
        status.erase();
        again.erase();
    }

    private static void notes(byte[] text) throws ConfigException {
        byte[] printed = UapiText.print(parseNotes(text));
        assertThat(UapiText.print(read(printed, UapiTextFuzz::parseNotes))).isEqualTo(printed);
    }

    private static DeviceInfo parseNotes(byte[] text) throws ConfigException {
        DeviceInfoParser parser = new DeviceInfoParser();
        int from = 0;
        for (int i = 0; i < text.length; i++) {
            if (text[i] != '\n') continue;
            parser.line(text, from, i - from);
            from = i + 1;
        }
        return parser.notes();
    }

    private interface Parser<T> {
        T parse(byte[] text) throws ConfigException;
    }

    /// What was printed cannot be refused.
    private static <T> T read(byte[] printed, Parser<T> parser) {
        try {
            return parser.parse(printed);
        } catch (ConfigException e) {
            throw new AssertionError("printed, and then refused", e);
        }
    }

    private static SecretOutput into(ByteArrayOutputStream out) {
        return (text, length) ->
                out.writeBytes(text.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
    }

    private static int lines(byte[] text) {
        return (int) new String(text, StandardCharsets.ISO_8859_1).lines().count() + 1;
    }

    private static int peers(byte[] text) {
        String all = "\n" + new String(text, StandardCharsets.ISO_8859_1);
        return all.split("\npublic_key=", -1).length - 1;
    }
}
