package dev.adit.device.uapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.device.Device;
import dev.adit.device.config.ConfigException;
import dev.adit.device.config.DeviceConfiguration;
import dev.adit.device.config.DeviceControl;
import dev.adit.device.config.DeviceInfo;
import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.uapi.text.UapiText;
import dev.adit.device.uapi.text.UpdateParser;
import dev.adit.fuzz.Input;
import dev.adit.fuzz.Target;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.ip.port.Tun;
import dev.adit.protocol.drop.DropReason;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.ResourceBundle;
import java.util.concurrent.CountDownLatch;

/// What a client of the configuration socket sends to a device, in pieces of any size. Each whole
/// operation gets one answer; what is refused or breaks off changes nothing.
public final class ConnectionFuzz implements Target {
    // The device's own, kept so that it stays silent.
    private final java.util.logging.Logger log = java.util.logging.Logger.getLogger("adit.fuzz");
    private final Device device = Device.builder().tun(new DeadTun()).build();
    private final List<String> applied = new ArrayList<>();
    private final Errors errors = new Errors();

    public ConnectionFuzz() {
        log.setLevel(java.util.logging.Level.OFF);
    }

    @Override
    public void take(byte[] bytes) throws IOException, ConfigException {
        Input input = new Input(bytes);
        int piece = 1 + input.u8();
        byte[] sent = input.rest();
        device.configure(UapiText.parseUpdate(NOTHING));
        applied.clear();
        Pipe pipe = new Pipe(sent, piece);
        RequestMemory budget = new RequestMemory();
        UapiConnection.serve(pipe, new Recorder(), busy -> {}, budget, "fuzz", errors);
        assertThat(budget.held()).isZero();
        if (errors.first != null) throw new AssertionError("the connection failed", errors.first);

        Expected expected = new Expected(sent);
        assertThat(applied).isEqualTo(expected.applied);
        assertThat(errnos(pipe.answers())).isEqualTo(expected.succeeds);
    }

    /// Whether each answer says that all went well.
    private static List<Boolean> errnos(String answers) {
        List<Boolean> succeeded = new ArrayList<>();
        assertThat(answers).matches(answer -> answer.isEmpty() || answer.endsWith("\n\n"));
        for (String answer : answers.split("\n\n")) {
            if (answer.isEmpty()) continue;
            String last = answer.substring(answer.lastIndexOf('\n') + 1);
            assertThat(last).matches("errno=-?[0-9]+");
            succeeded.add(last.equals("errno=0"));
        }
        return succeeded;
    }

    /// What ought to happen, told from the whole text at once.
    private static final class Expected {
        final List<String> applied = new ArrayList<>();
        final List<Boolean> succeeds = new ArrayList<>();

        Expected(byte[] sent) {
            // ISO 8859-1 keeps every byte; what has no end is no line.
            List<String> lines =
                    new ArrayList<>(
                            List.of(new String(sent, StandardCharsets.ISO_8859_1).split("\n", -1)));
            String cutOff = lines.removeLast();
            for (int at = 0; at < lines.size(); ) {
                String operation = lines.get(at++);
                boolean set = operation.equals("set=1");
                if (!set && !List.of("get=1", "notes=1", "drops=1").contains(operation)) return;
                int end = at;
                while (end < lines.size() && !lines.get(end).isEmpty()) end++;
                if (set) set(lines.subList(at, end), end < lines.size() || cutOff.isEmpty());
                else if (at < lines.size()) succeeds.add(end == at);
                at = end + 1;
            }
        }

        private void set(List<String> lines, boolean whole) {
            UpdateParser parser = new UpdateParser();
            for (String line : lines) {
                if (line.length() <= LineReader.MAX_LENGTH && takes(parser, line)) continue;
                succeeds.add(false);
                return;
            }
            if (!whole) return;
            succeeds.add(true);
            applied.add(print(parser.update()));
        }

        private static boolean takes(UpdateParser parser, String line) {
            byte[] bytes = line.getBytes(StandardCharsets.ISO_8859_1);
            try {
                parser.line(bytes, 0, bytes.length);
                return true;
            } catch (ConfigException refused) {
                return false;
            }
        }
    }

    private static String print(DeviceUpdate update) {
        return new String(UapiText.print(update), StandardCharsets.UTF_8);
    }

    /// The device, with a note of what was applied.
    private final class Recorder implements DeviceControl {
        @Override
        public void configure(DeviceUpdate update) throws IOException {
            applied.add(print(update));
            device.configure(update);
        }

        @Override
        public DeviceConfiguration configuration() {
            return device.configuration();
        }

        @Override
        public DeviceInfo notes() {
            return device.notes();
        }

        @Override
        public Map<DropReason, Long> drops() {
            return device.drops();
        }
    }

    /// The two directions of a connection, in memory.
    private static final class Pipe implements ByteChannel {
        private final byte[] sent;
        private final int piece;
        private int at;
        private final ByteArrayOutputStream answers = new ByteArrayOutputStream();

        Pipe(byte[] sent, int piece) {
            this.sent = sent;
            this.piece = piece;
        }

        String answers() {
            return answers.toString(StandardCharsets.UTF_8);
        }

        @Override
        public int read(ByteBuffer into) {
            if (at == sent.length) return -1;
            int count = Math.min(Math.min(piece, into.remaining()), sent.length - at);
            into.put(sent, at, count);
            at += count;
            return count;
        }

        @Override
        public int write(ByteBuffer from) {
            byte[] bytes = new byte[Math.min(piece, from.remaining())];
            from.get(bytes);
            answers.writeBytes(bytes);
            return bytes.length;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    /// An interface that is down, and on which nothing ever happens.
    private static final class DeadTun implements Tun {
        private final CountDownLatch closed = new CountDownLatch(1);

        @Override
        public String name() {
            return "fuzz";
        }

        @Override
        public int mtu() {
            return 1420;
        }

        @Override
        public void read(PacketBatch into) throws IOException {
            try {
                closed.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new ClosedChannelException();
        }

        @Override
        public int write(PacketBatch packets, int from, int to) {
            return 0;
        }

        @Override
        public void watch(Listener listener) {}

        @Override
        public void close() {
            closed.countDown();
        }
    }

    /// Keeps the first error.
    private static final class Errors implements Logger {
        Throwable first;

        @Override
        public String getName() {
            return "fuzz";
        }

        @Override
        public boolean isLoggable(Level level) {
            return level.getSeverity() >= Level.ERROR.getSeverity();
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
            if (isLoggable(level) && first == null) first = thrown;
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String format, Object... params) {
            if (isLoggable(level) && first == null)
                first = new AssertionError(format + Arrays.toString(params));
        }
    }

    private static final byte[] NOTHING =
            ("private_key="
                            + "0".repeat(64)
                            + "\nlisten_port=0\nfwmark=0\nreplace_peers=true\ndebug=false\n")
                    .getBytes(StandardCharsets.US_ASCII);
}
