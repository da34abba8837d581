package dev.adit.device.uapi;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.WARNING;

import dev.adit.device.config.ConfigException;
import dev.adit.device.config.ConfigurationSize;
import dev.adit.device.config.DeviceConfiguration;
import dev.adit.device.config.DeviceControl;
import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.PeerUpdate;
import dev.adit.device.uapi.text.UapiText;
import dev.adit.device.uapi.text.UpdateParser;
import dev.adit.ip.port.ErrnoException;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.keys.PublicKey;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.Map;

/// Serves one client's operations, one after another, until it disconnects. Confined to its thread.
///
/// A refused operation is answered at once, and the rest of it is read and ignored up to its empty
/// line. wireguard-go takes that rest for the next operation and hangs up; here the connection
/// stays in step, and the client may go on.
final class UapiConnection {
    private final DeviceControl device;
    private final Busy busy;
    private final RequestMemory.Share memory;
    private final String name;
    private final Logger log;
    private final LineReader lines;
    private final ChannelOutput out;

    private UapiConnection(
            ByteChannel channel,
            Arena arena,
            DeviceControl device,
            Busy busy,
            RequestMemory budget,
            String name,
            Logger log) {
        lines = new LineReader(channel, arena.allocate(BUFFER), SECRETS);
        out = new ChannelOutput(channel, arena.allocate(BUFFER));
        this.device = device;
        this.busy = busy;
        memory = budget.share();
        this.name = name;
        this.log = log;
    }

    /// Told when the client waits for the device, and not the device for the client.
    interface Busy {
        void busy(boolean busy);
    }

    /// Serves the client until it disconnects or breaks the protocol, or the channel is closed.
    ///
    /// @param budget the memory that all clients share
    /// @param name the interface, for the log
    static void serve(
            ByteChannel channel,
            DeviceControl device,
            Busy busy,
            RequestMemory budget,
            String name,
            Logger log) {
        try (Arena arena = Arena.ofConfined()) {
            new UapiConnection(channel, arena, device, busy, budget, name, log).operations();
        } catch (ClosedChannelException e) {
            log.log(DEBUG, "{0}: UAPI connection closed", name);
        } catch (IOException e) {
            log.log(DEBUG, "{0}: UAPI client went away: {1}", name, e.getMessage());
        } catch (RuntimeException | OutOfMemoryError e) {
            log.log(ERROR, name + ": UAPI connection failed", e);
        }
    }

    private void operations() throws IOException {
        try {
            while (operation()) lines.erase();
        } finally {
            lines.eraseAll();
            out.erase();
        }
    }

    /// Serves one operation. Returns false when no other can follow.
    private boolean operation() throws IOException {
        int length = lines.next();
        if (LineReader.isLast(length)) return false;
        if (lines.is("set=1", length)) return set();
        if (lines.is("get=1", length)) return query(this::get);
        if (lines.is("drops=1", length)) return query(this::drops);
        if (lines.is("notes=1", length)) return query(this::notes);
        if (lines.is("extensions=1", length)) return query(this::extensions);
        if (lines.is("resolve=1", length)) return resolve();
        log.log(DEBUG, "{0}: unknown UAPI operation {1}", name, shown(length));
        return false;
    }

    /// The key of an unknown operation. The rest may be a secret that a client sent out of step.
    private String shown(int length) {
        int end = 0;
        while (end < length && end < MAX_SHOWN && isKeyCharacter(lines.line()[end])) end++;
        return end < MAX_SHOWN ? lines.text(0, end) : "";
    }

    private static boolean isKeyCharacter(byte c) {
        return (c >= 'a' && c <= 'z') || c == '_';
    }

    /// Applies a `set`, which ends with an empty line or, as in wireguard-go, with the stream: for
    /// scripts that send nothing but lines. One that is cut off within a line changes nothing.
    private boolean set() throws IOException {
        UpdateParser parser = new UpdateParser();
        try {
            int errno = 0;
            long size = 0;
            int length;
            while ((length = lines.next()) != 0 && length != LineReader.END) {
                if (length == LineReader.CUT_OFF) return false;
                if (errno != 0) continue;
                size += length;
                errno = take(parser, length, size);
                if (errno != 0) answer(-errno);
            }
            if (errno == 0) answer(-apply(parser.update()));
            return length == 0;
        } finally {
            parser.erase();
            memory.release();
        }
    }

    /// Takes the line that was read last. The error number when it is refused, or 0; then what was
    /// read before is given up.
    ///
    /// @param size bytes of the request so far
    private int take(UpdateParser parser, int length, long size) {
        int errno;
        if (length < 0 || size > MAX_REQUEST) errno = tooLong();
        else if (!memory.takeLine(length)) errno = outOfMemory();
        else errno = parse(parser, length);
        if (errno != 0) {
            parser.erase();
            memory.release();
        }
        return errno;
    }

    private int tooLong() {
        log.log(WARNING, "{0}: refused a UAPI request that is too long", name);
        return UapiErrno.EMSGSIZE.number();
    }

    private int outOfMemory() {
        log.log(WARNING, "{0}: refused a UAPI request: all clients hold too much memory", name);
        return UapiErrno.ENOMEM.number();
    }

    /// Parses the last line; returns the error number, or 0.
    private int parse(UpdateParser parser, int length) {
        try {
            MemorySegment secret = lines.secret();
            if (secret == null) parser.line(lines.line(), 0, length);
            else parser.line(lines.line(), 0, lines.head(), secret);
            return 0;
        } catch (ConfigException e) {
            log.log(WARNING, "{0}: refused a UAPI request: {1}", name, e.getMessage());
            return e.errno();
        }
    }

    private int apply(DeviceUpdate update) {
        try {
            ask(
                    () -> {
                        device.configure(update);
                        return true;
                    });
            return 0;
        } catch (Refusal refusal) {
            return refusal.errno;
        } finally {
            update.erase();
        }
    }

    /// Serves an operation that has no lines of its own.
    private boolean query(Query query) throws IOException {
        int length = lines.next();
        if (length == 0) query.answer();
        else if (!LineReader.isLast(length))
            answer(-UapiErrno.EINVAL.number()); // like wireguard-go
        while (length != 0 && !LineReader.isLast(length)) length = lines.next();
        return length == 0;
    }

    private interface Query {
        void answer() throws IOException;
    }

    /// Answers with the state. The memory for it is taken before it is made, so that many clients
    /// cannot have one made at once.
    private void get() throws IOException {
        try {
            ConfigurationSize expected = ask(device::configurationSize);
            boolean fits = memory.takeStatus(expected.peers(), expected.allowedIps());
            if (fits) fits = configuration(expected);
            answer(fits ? 0 : outOfMemory());
        } catch (Refusal refusal) {
            // Positive, though after a `set` it is negative: wg(8) reads them that way.
            answer(refusal.errno);
        } finally {
            memory.release();
        }
    }

    /// Writes the state; false when it has grown beyond what was expected, and there is no memory.
    private boolean configuration(ConfigurationSize expected) throws IOException, Refusal {
        DeviceConfiguration configuration = ask(device::configuration);
        try {
            ConfigurationSize size = ConfigurationSize.of(configuration);
            boolean fits =
                    memory.takeStatus(
                            Math.max(0, size.peers() - expected.peers()),
                            Math.max(0, size.allowedIps() - expected.allowedIps()));
            if (fits) UapiText.print(configuration, out);
            return fits;
        } finally {
            configuration.erase();
        }
    }

    /// Answers with the number of packets dropped, by reason: an operation of our own.
    private void drops() throws IOException {
        try {
            for (Map.Entry<DropReason, Long> drop : ask(device::drops).entrySet()) {
                out.write(drop.getKey().label() + "=" + drop.getValue() + "\n");
            }
            answer(0);
        } catch (Refusal refusal) {
            answer(refusal.errno);
        }
    }

    /// Answers with the settings that stock tools do not know: an operation of our own.
    private void notes() throws IOException {
        try {
            out.write(UapiText.print(ask(device::notes)));
            answer(0);
        } catch (Refusal refusal) {
            answer(refusal.errno);
        }
    }

    /// Answers with our own keys that a `set` may have: an operation of our own.
    private void extensions() throws IOException {
        for (String key : UapiText.EXTENSIONS) out.write("extension=" + key + "\n");
        answer(0);
    }

    /// Resolves the names of endpoints, and answers with the results: an operation of our own. Its
    /// lines are those of a `set` that name peers and nothing else.
    private boolean resolve() throws IOException {
        UpdateParser parser = new UpdateParser();
        try {
            int errno = 0;
            long size = 0;
            for (int length; (length = lines.next()) != 0; ) {
                if (LineReader.isLast(length)) return false;
                if (errno != 0) continue;
                size += length;
                errno = take(parser, length, size);
                if (errno != 0) answer(errno);
            }
            if (errno == 0) resolve(parser.update());
            return true;
        } finally {
            parser.erase();
            memory.release();
        }
    }

    private void resolve(DeviceUpdate update) throws IOException {
        List<PublicKey> peers = update.peers().stream().map(PeerUpdate::publicKey).toList();
        update.erase();
        try {
            out.write(UapiText.print(ask(() -> device.resolve(peers))));
            answer(0);
        } catch (Refusal refusal) {
            answer(refusal.errno);
        }
    }

    /// Asks the device. Its failures are kept apart from the client's.
    private <T> T ask(Question<T> question) throws Refusal {
        busy.busy(true);
        try {
            return question.ask();
        } catch (ErrnoException e) {
            log.log(WARNING, "{0}: UAPI request failed: {1}", name, e.getMessage());
            throw new Refusal(e.errno());
        } catch (IOException e) {
            log.log(WARNING, "{0}: UAPI request failed: {1}", name, e.getMessage());
            throw new Refusal(0);
        } catch (RuntimeException e) {
            log.log(ERROR, name + ": UAPI request failed", e);
            throw new Refusal(0);
        } finally {
            busy.busy(false);
        }
    }

    private interface Question<T> {
        T ask() throws IOException;
    }

    /// A refusal by the device, with its error number.
    private static final class Refusal extends Exception {
        private static final long serialVersionUID = 1L;
        private final int errno;

        /// @param errno the number, or 0 when there is none
        Refusal(int errno) {
            super(null, null, false, false); // only carries the number
            this.errno = errno > 0 ? errno : UapiErrno.EIO.number();
        }
    }

    private void answer(int errno) throws IOException {
        out.write("errno=" + errno + "\n\n");
        out.flush();
    }

    private static final int BUFFER = 16384; // bytes
    private static final String[] SECRETS = {"private_key=", "preshared_key="};

    /// Bytes of one `set`, without the ends of lines: twice what 100 000 peers with a preshared
    /// key, an endpoint and several allowed IPs each need.
    private static final long MAX_REQUEST = 128L << 20;

    private static final int MAX_SHOWN = 32;
}
