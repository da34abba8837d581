package dev.adit.it.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/// What passes an interface, recorded by tcpdump.
public final class Capture implements AutoCloseable {
    private final TemporaryFolder folder;
    private final Path file;
    private final Running tcpdump;

    /// Records what passes `device` in `netns` and matches `filter`. Skips the test where there is
    /// no tcpdump.
    public static Capture start(Netns netns, String device, String filter) {
        return start(netns, device, filter, Integer.MAX_VALUE);
    }

    /// The same, of no more than `count` packets.
    public static Capture start(Netns netns, String device, String filter, int count) {
        Software.requireTool("tcpdump");
        TemporaryFolder folder = new TemporaryFolder();
        Path file = folder.file("capture");
        Running tcpdump =
                netns.start(
                        netns.command(
                                "tcpdump",
                                "-Z",
                                "root",
                                "-i",
                                device,
                                "-U",
                                "--immediate-mode",
                                "-c",
                                String.valueOf(count),
                                "-w",
                                file.toString(),
                                filter));
        tcpdump.awaitOutput("listening on");
        return new Capture(folder, file, tcpdump);
    }

    private Capture(TemporaryFolder folder, Path file, Running tcpdump) {
        this.folder = folder;
        this.file = file;
        this.tcpdump = tcpdump;
    }

    /// Waits until some recorded packet satisfies `wanted`.
    public IpHeaderView await(String what, Predicate<IpHeaderView> wanted) {
        List<IpHeaderView> found = new ArrayList<>();
        Await.until(
                () -> what + " among " + packets(),
                Duration.ofSeconds(5),
                () -> {
                    found.clear();
                    packets().stream().filter(wanted).forEach(found::add);
                    return !found.isEmpty();
                });
        return found.getFirst();
    }

    /// The IP packets recorded so far.
    public List<IpHeaderView> packets() {
        try {
            return Files.exists(file) ? parse(Files.readAllBytes(file)) : List.of();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// The packets of a pcap file, of which the last may not be complete yet.
    private static List<IpHeaderView> parse(byte[] bytes) {
        List<IpHeaderView> packets = new ArrayList<>();
        if (bytes.length < 24) return packets;
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        int linkHeader = in.getInt(20) == ETHERNET ? 14 : 0;
        for (int at = 24; at + 16 <= bytes.length; ) {
            int length = in.getInt(at + 8), end = at + 16 + length;
            if (end > bytes.length) break;
            packets.add(new IpHeaderView(Arrays.copyOfRange(bytes, at + 16 + linkHeader, end)));
            at = end;
        }
        return packets;
    }

    @Override
    public void close() {
        tcpdump.close();
        folder.close();
    }

    private static final int ETHERNET = 1;
}
