package dev.adit.tools.quick;

import dev.adit.device.config.ConfigException;
import dev.adit.device.config.DeviceConfiguration;
import dev.adit.device.config.DeviceControl;
import dev.adit.device.config.DeviceInfo;
import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.uapi.text.UapiText;
import dev.adit.protocol.drop.DropReason;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/// A device that only remembers what it was set to. Confined to one thread.
final class FakeDevice implements DeviceControl {
    private String interfaceLines = "";
    private String peerLines = "";

    /// What [#configure] says instead of doing anything, or null.
    String refusal;

    @Override
    public void configure(DeviceUpdate update) throws IOException {
        if (refusal != null) throw new IOException(refusal);
        String text = new String(UapiText.print(update), StandardCharsets.US_ASCII);
        int peers = text.indexOf("public_key=");
        if (peers < 0) peers = text.length();
        interfaceLines += text.substring(0, peers);
        peerLines += text.substring(peers);
    }

    @Override
    public DeviceConfiguration configuration() throws IOException {
        try {
            String text = interfaceLines + peerLines;
            return UapiText.parseStatus(text.getBytes(StandardCharsets.US_ASCII));
        } catch (ConfigException e) {
            throw new IOException(e);
        }
    }

    /// What [#notes] says, one after the other; the last one again and again.
    final Queue<DeviceInfo> notes = new ArrayDeque<>(List.of(DeviceInfo.NONE));

    @Override
    public DeviceInfo notes() {
        return notes.size() > 1 ? notes.remove() : notes.element();
    }

    @Override
    public Map<DropReason, Long> drops() {
        return Map.of();
    }
}
