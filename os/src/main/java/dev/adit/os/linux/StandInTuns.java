package dev.adit.os.linux;

import dev.adit.device.io.Bind;
import dev.adit.device.io.BindFactory;
import dev.adit.device.io.Tun;
import dev.adit.device.io.TunFactory;
import dev.adit.protocol.packet.PacketBatch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Stand-in.
public final class StandInTuns implements TunFactory, BindFactory {
    @Override
    public Tun create(String name, int mtu) throws IOException {
        run("ip", "tuntap", "add", name, "mode", "tun");
        return new StandInTun(name);
    }

    @Override
    public Tun adopt(int descriptor) throws IOException {
        return create("adopt" + descriptor, 1420);
    }

    @Override
    public Bind open(int port, int fwmark) throws IOException {
        throw new IOException("stand-in");
    }

    static void run(String... command) throws IOException {
        try {
            Process process = new ProcessBuilder(command).start();
            String said = new String(process.getErrorStream().readAllBytes());
            if (process.waitFor() != 0) throw new IOException(said.strip());
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private record StandInTun(String name) implements Tun {
        @Override
        public int mtu() {
            return 1420;
        }

        @Override
        public void read(PacketBatch into) {}

        @Override
        public int write(PacketBatch packets, int from, int to) {
            return 0;
        }

        @Override
        public void watch(Listener listener) {
            Thread.ofPlatform()
                    .daemon()
                    .start(
                            () -> {
                                try {
                                    while (Files.exists(Path.of("/sys/class/net", name))) {
                                        Thread.sleep(50);
                                    }
                                } catch (InterruptedException e) {
                                    return;
                                }
                                listener.removed();
                            });
        }

        @Override
        public void close() {
            try {
                run("ip", "link", "del", name);
            } catch (IOException e) {
                // Gone.
            }
        }
    }
}
