package dev.adit.tools.daemon;

import dev.adit.device.config.ConfigurationSize;
import dev.adit.device.config.DeviceConfiguration;
import dev.adit.device.config.DeviceControl;
import dev.adit.device.config.DeviceInfo;
import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.Resolution;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.keys.PublicKey;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/// A device that collects garbage after each large change of its peers. Thread-safe.
///
/// [HeapWatch] lets as much garbage gather as there are live data: without this, thousands of
/// replaced peers would stay in memory for hours. Packets wait during the collection, some tenths
/// of a second for ten thousand peers, about as long as such a change itself delays them.
record GcAfterUpdate(DeviceControl device) implements DeviceControl {
    @Override
    public void configure(DeviceUpdate update) throws IOException {
        int peers = update.peers().size();
        device.configure(update);
        // The client that waits for the answer need not wait for this.
        if (peers >= MANY) Thread.ofPlatform().daemon().name("tidy").start(System::gc);
    }

    @Override
    public ConfigurationSize configurationSize() throws IOException {
        return device.configurationSize();
    }

    @Override
    public DeviceConfiguration configuration() throws IOException {
        return device.configuration();
    }

    @Override
    public DeviceInfo notes() throws IOException {
        return device.notes();
    }

    @Override
    public List<Resolution> resolve(List<PublicKey> peers) throws IOException {
        return device.resolve(peers);
    }

    @Override
    public Map<DropReason, Long> drops() throws IOException {
        return device.drops();
    }

    private static final int MANY = 2000;
}
