package dev.adit.device.uapi;

import dev.adit.device.config.ConfigException;
import dev.adit.device.config.DeviceConfiguration;
import dev.adit.device.config.DeviceControl;
import dev.adit.device.config.DeviceInfo;
import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.config.Resolution;
import dev.adit.device.uapi.text.ConfigurationParser;
import dev.adit.device.uapi.text.DeviceInfoParser;
import dev.adit.device.uapi.text.ResolutionsParser;
import dev.adit.device.uapi.text.UapiText;
import dev.adit.ip.port.ErrnoException;
import dev.adit.protocol.drop.DropReason;
import dev.adit.protocol.keys.PublicKey;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.BindException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A client for the configuration socket of any WireGuard implementation: the device of another
/// process.
///
/// Every operation has a connection of its own. A refusal by the other process is an
/// [ErrnoException] with its error number, whose sign is ignored because implementations differ in
/// it. An invalid answer is EPROTO. Thread-safe.
public final class UapiClient implements DeviceControl {
    private final UapiSocket socket;

    /// A client that is not connected yet.
    public UapiClient(UapiSocket socket) {
        this.socket = socket;
    }

    /// {@inheritDoc}
    ///
    /// The names of endpoints are left out for implementations that do not understand them.
    @Override
    public void configure(DeviceUpdate update) throws IOException {
        boolean numeric = update.hasNames() && !extensions().contains(ENDPOINT_NAME);
        set(numeric ? update.withoutNames() : update);
    }

    private void set(DeviceUpdate update) throws IOException {
        try (Connection connection = connect()) {
            connection.send(update);
            int errno = connection.line() ? connection.errno() : NONE;
            if (errno == NONE) throw UapiErrno.EPROTO.of("set");
            if (errno != 0) throw UapiErrno.of("set", errno);
        }
    }

    @Override
    public DeviceConfiguration configuration() throws IOException {
        ConfigurationParser parser = new ConfigurationParser();
        try (Connection connection = connect()) {
            connection.query("get", parser::line);
            return parser.configuration();
        } finally {
            parser.erase();
        }
    }

    /// {@inheritDoc}
    ///
    /// Other implementations hang up at the question, which means that they have none.
    @Override
    public DeviceInfo notes() throws IOException {
        DeviceInfoParser parser = new DeviceInfoParser();
        try (Connection connection = connect()) {
            connection.query("notes", parser::line);
            return parser.notes();
        } catch (ErrnoException e) {
            if (e.errno() == UapiErrno.EPROTO.number()) return DeviceInfo.NONE;
            throw e;
        }
    }

    /// Adit's own keys that a `set` may have. Other implementations have none, and hang up at the
    /// question.
    private Set<String> extensions() throws IOException {
        Set<String> keys = new HashSet<>();
        try (Connection connection = connect()) {
            connection.query(
                    "extensions",
                    (text, from, length) -> {
                        String line = new String(text, from, length, StandardCharsets.US_ASCII);
                        keys.add(line.substring(line.indexOf('=') + 1));
                    });
        } catch (ErrnoException e) {
            if (e.errno() != UapiErrno.EPROTO.number()) throw e;
        }
        return keys;
    }

    /// {@inheritDoc}
    ///
    /// Other implementations hang up at the question, which means that they keep no names.
    @Override
    public List<Resolution> resolve(List<PublicKey> peers) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (PublicKey peer : peers) lines.append("public_key=").append(peer.toHex()).append('\n');
        ResolutionsParser parser = new ResolutionsParser();
        try (Connection connection = connect()) {
            connection.query("resolve", lines.toString(), parser::line);
        } catch (ErrnoException e) {
            if (e.errno() == UapiErrno.EPROTO.number()) return List.of();
            throw e;
        }
        return parser.resolutions();
    }

    /// {@inheritDoc}
    ///
    /// Only Adit counts them; other implementations hang up, which is EPROTO.
    @Override
    public Map<DropReason, Long> drops() throws IOException {
        Map<DropReason, Long> drops = new EnumMap<>(DropReason.class);
        try (Connection connection = connect()) {
            connection.query("drops", (text, from, length) -> drop(text, from, length, drops));
        }
        return drops;
    }

    private static void drop(byte[] text, int from, int length, Map<DropReason, Long> drops)
            throws IOException {
        String line = new String(text, from, length, StandardCharsets.US_ASCII);
        int equals = line.indexOf('=');
        if (equals < 0) throw UapiErrno.EPROTO.of("drops");
        DropReason reason = REASONS.get(line.substring(0, equals));
        if (reason == null) return; // of a later version
        try {
            drops.put(reason, Long.parseLong(line.substring(equals + 1)));
        } catch (NumberFormatException e) {
            throw UapiErrno.EPROTO.of("drops");
        }
    }

    private Connection connect() throws IOException {
        // A path without a socket is no interface of a userspace implementation, so wg(8) asks the
        // kernel.
        Path path = socket.file().orElseThrow(() -> UapiErrno.ENODEV.of("connect"));
        try {
            if (!SocketState.isSocket(path)) throw UapiErrno.ENODEV.of("connect");
            return new Connection(SocketChannel.open(UnixDomainSocketAddress.of(path)));
        } catch (NoSuchFileException e) {
            throw UapiErrno.ENODEV.of("connect");
        } catch (ConnectException e) {
            throw stale(path);
        } catch (BindException e) { // the JDK's form of EACCES
            throw UapiErrno.EACCES.of("connect");
        }
    }

    /// Removes the socket of a process that is gone, as wg(8) does.
    private static ErrnoException stale(Path path) throws IOException {
        Files.deleteIfExists(path);
        return UapiErrno.ECONNREFUSED.of("connect");
    }

    /// Takes the lines of an answer.
    private interface LineSink {
        void line(byte[] text, int from, int length) throws IOException, ConfigException;
    }

    /// The connection for one operation. Confined to one thread.
    private static final class Connection implements AutoCloseable {
        private final Arena arena = Arena.ofConfined();
        private final SocketChannel channel;
        private final LineReader lines;
        private final ChannelOutput out;
        private int length;

        Connection(SocketChannel channel) {
            this.channel = channel;
            lines = new LineReader(channel, arena.allocate(BUFFER));
            out = new ChannelOutput(channel, arena.allocate(BUFFER));
        }

        void send(DeviceUpdate update) throws IOException {
            try {
                out.write("set=1\n");
                UapiText.print(update, out);
                out.write("\n");
                out.flush();
            } catch (IOException e) {
                // A server that refuses a line may hang up before the last one. The answer gives
                // the reason.
            }
        }

        /// Sends an operation, and passes the lines of the answer to `sink`.
        ///
        /// @throws ErrnoException when the answer is an error, or missing
        void query(String operation, LineSink sink) throws IOException {
            query(operation, "", sink);
        }

        /// Sends an operation with lines of its own, each with its end.
        void query(String operation, String request, LineSink sink) throws IOException {
            out.write(operation + "=1\n" + request + "\n");
            out.flush();
            try {
                while (line() && length > 0) {
                    int errno = errno();
                    if (errno == 0) return;
                    if (errno != NONE) throw UapiErrno.of(operation, errno);
                    sink.line(lines.line(), 0, length);
                }
            } catch (ConfigException e) {
                ErrnoException failure = UapiErrno.EPROTO.of(operation);
                failure.initCause(e);
                throw failure;
            }
            throw UapiErrno.EPROTO.of(operation);
        }

        /// Reads the next line; false when there is none.
        boolean line() throws IOException {
            try {
                length = lines.next();
            } catch (IOException e) {
                return false; // reset by a server that hung up before it had read everything
            }
            return length >= 0;
        }

        /// The error number in the last line, without its sign; or [#NONE].
        int errno() {
            int digits = length - ERRNO.length();
            if (digits < 0 || !lines.is(ERRNO, ERRNO.length())) return NONE;
            try {
                return Math.abs(Integer.parseInt(lines.text(ERRNO.length(), digits)));
            } catch (NumberFormatException e) {
                return UapiErrno.EPROTO.number();
            }
        }

        @Override
        public void close() throws IOException {
            lines.eraseAll();
            out.erase();
            arena.close();
            channel.close();
        }

        private static final String ERRNO = "errno=";
    }

    private static final int NONE = -1;
    private static final String ENDPOINT_NAME = "endpoint_name";
    private static final int BUFFER = 16384; // bytes
    private static final Map<String, DropReason> REASONS =
            Stream.of(DropReason.values())
                    .collect(Collectors.toUnmodifiableMap(DropReason::label, reason -> reason));
}
