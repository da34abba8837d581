package dev.adit.device.uapi;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.adit.device.config.ConfigurationSize;
import dev.adit.device.config.DeviceConfiguration;
import dev.adit.device.config.DeviceControl;
import dev.adit.device.config.DeviceInfo;
import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.Resolution;
import dev.adit.device.uapi.text.UapiText;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.keys.PublicKey;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/// Keeps the updates it is given, as text, and answers what a test says. Thread-safe.
final class FakeDevice implements DeviceControl {
    /// The lines of each update that was applied.
    final List<String> applied = new CopyOnWriteArrayList<>();

    /// The updates themselves.
    final List<DeviceUpdate> updates = new CopyOnWriteArrayList<>();

    volatile Supplier<DeviceConfiguration> status =
            () -> new DeviceConfiguration(null, 0, 0, List.of());
    volatile ConfigurationSize size = new ConfigurationSize(0, 0);
    volatile Map<DropReason, Long> drops = Map.of();
    volatile DeviceInfo notes = DeviceInfo.NONE;
    volatile List<Resolution> resolutions = List.of();
    volatile List<PublicKey> asked;
    volatile Question question = () -> {};

    /// What happens before every answer: nothing, a failure, or a wait.
    interface Question {
        void ask() throws IOException;
    }

    @Override
    public void configure(DeviceUpdate update) throws IOException {
        question.ask();
        applied.add(new String(UapiText.print(update), US_ASCII));
        updates.add(update);
    }

    @Override
    public ConfigurationSize configurationSize() {
        return size;
    }

    @Override
    public DeviceConfiguration configuration() throws IOException {
        question.ask();
        return status.get();
    }

    @Override
    public DeviceInfo notes() throws IOException {
        question.ask();
        return notes;
    }

    @Override
    public List<Resolution> resolve(List<PublicKey> peers) throws IOException {
        question.ask();
        asked = peers;
        return resolutions;
    }

    @Override
    public Map<DropReason, Long> drops() throws IOException {
        question.ask();
        return drops;
    }
}
