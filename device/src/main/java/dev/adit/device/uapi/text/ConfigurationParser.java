package dev.adit.device.uapi.text;

import static dev.adit.device.uapi.text.UapiKeys.ALLOWED_IP;
import static dev.adit.device.uapi.text.UapiKeys.ENDPOINT;
import static dev.adit.device.uapi.text.UapiKeys.FWMARK;
import static dev.adit.device.uapi.text.UapiKeys.LAST_HANDSHAKE_NSEC;
import static dev.adit.device.uapi.text.UapiKeys.LAST_HANDSHAKE_SEC;
import static dev.adit.device.uapi.text.UapiKeys.LISTEN_PORT;
import static dev.adit.device.uapi.text.UapiKeys.PERSISTENT_KEEPALIVE;
import static dev.adit.device.uapi.text.UapiKeys.PRESHARED_KEY;
import static dev.adit.device.uapi.text.UapiKeys.PRIVATE_KEY;
import static dev.adit.device.uapi.text.UapiKeys.PUBLIC_KEY;
import static dev.adit.device.uapi.text.UapiKeys.RX_BYTES;
import static dev.adit.device.uapi.text.UapiKeys.TX_BYTES;

import dev.adit.device.config.ConfigException;
import dev.adit.device.config.ConfigException.Reason;
import dev.adit.device.config.DeviceConfiguration;
import dev.adit.device.config.PeerConfiguration;
import dev.adit.device.text.ScopeIds;
import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpPrefix;
import dev.adit.protocol.keys.PresharedKey;
import dev.adit.protocol.keys.PrivateKey;
import dev.adit.protocol.keys.PublicKey;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Parses the lines of an answer to `get` of UAPI, one at a time, into a [DeviceConfiguration].
///
/// Other implementations answer with keys of their own and leave some out; the former are skipped,
/// the latter mean that nothing is set. Confined to one thread. The code that makes a parser calls
/// [#erase] at the end.
public final class ConfigurationParser {
    private @Nullable PrivateKey privateKey;
    private int listenPort;
    private int fwmark;
    private final List<PeerConfiguration> peers = new ArrayList<>();
    private @Nullable Peer peer;
    private int lines;

    /// A parser that has read nothing yet.
    public ConfigurationParser() {}

    /// Parses one line, given without its end. The bytes are not kept.
    ///
    /// @throws ConfigException when the line is refused; the earlier lines are useless then
    public void line(byte[] text, int from, int length) throws ConfigException {
        UapiLine line = new UapiLine(text, from, length, ++lines);
        if (line.key().equals(PUBLIC_KEY)) {
            endPeer();
            peer = new Peer(line.publicKey());
        } else if (peer == null) {
            deviceLine(line);
        } else {
            peer.line(line);
        }
    }

    /// The status that results from all lines. Its receiver erases it.
    public DeviceConfiguration configuration() {
        endPeer();
        DeviceConfiguration status = new DeviceConfiguration(privateKey, listenPort, fwmark, peers);
        privateKey = null;
        peers.clear();
        return status;
    }

    /// Erases the keys read that did not become part of a status.
    public void erase() {
        if (privateKey != null) privateKey.erase();
        if (peer != null) peer.presharedKey.erase();
        peers.forEach(PeerConfiguration::erase);
    }

    private void deviceLine(UapiLine line) throws ConfigException {
        switch (line.key()) {
            case PRIVATE_KEY -> privateKey(line.privateKey());
            case LISTEN_PORT -> listenPort = (int) line.number(0xffff, Reason.INVALID_PORT);
            case FWMARK -> fwmark = (int) line.number(0xffffffffL, Reason.INVALID_FWMARK);
            default -> {} // a key of another implementation, or of a later version
        }
    }

    private void privateKey(PrivateKey key) {
        if (privateKey != null) privateKey.erase();
        privateKey = key.isZero() ? null : key;
    }

    private void endPeer() {
        if (peer != null) peers.add(peer.toStatus());
        peer = null;
    }

    private static final class Peer {
        private final PublicKey publicKey;
        private PresharedKey presharedKey = PresharedKey.none();
        private @Nullable Endpoint endpoint;
        private long handshakeSeconds;
        private long handshakeNanos;
        private long receivedBytes;
        private long sentBytes;
        private int persistentKeepalive;
        private final List<IpPrefix> allowedIps = new ArrayList<>();

        Peer(PublicKey publicKey) {
            this.publicKey = publicKey;
        }

        void line(UapiLine line) throws ConfigException {
            switch (line.key()) {
                case PRESHARED_KEY -> {
                    presharedKey.erase();
                    presharedKey = line.presharedKey();
                }
                case ENDPOINT -> endpoint = endpoint(line);
                case LAST_HANDSHAKE_SEC -> handshakeSeconds = counter(line, MAX_SECONDS);
                case LAST_HANDSHAKE_NSEC -> handshakeNanos = counter(line, 999_999_999);
                case TX_BYTES -> sentBytes = counter(line, Long.MAX_VALUE);
                case RX_BYTES -> receivedBytes = counter(line, Long.MAX_VALUE);
                case PERSISTENT_KEEPALIVE ->
                        persistentKeepalive = (int) line.number(0xffff, Reason.INVALID_KEEPALIVE);
                case ALLOWED_IP -> allowedIps.add(line.prefix(0));
                default -> {} // a key of another implementation, or of a later version
            }
        }

        /// The endpoint, without its scope if this system has no interface of that name: the other
        /// process may be in another network namespace.
        private static Endpoint endpoint(UapiLine line) throws ConfigException {
            return Endpoint.parse(ScopeIds.withoutScope(line.value())).isPresent()
                    ? ScopeIds.endpoint(line.value())
                            .or(() -> Endpoint.parse(ScopeIds.withoutScope(line.value())))
                            .orElseThrow()
                    : line.endpoint();
        }

        private static long counter(UapiLine line, long max) throws ConfigException {
            return line.number(max, Reason.INVALID_NUMBER);
        }

        PeerConfiguration toStatus() {
            return new PeerConfiguration(
                    publicKey,
                    presharedKey,
                    endpoint,
                    Instant.ofEpochSecond(handshakeSeconds, handshakeNanos),
                    receivedBytes,
                    sentBytes,
                    persistentKeepalive,
                    allowedIps);
        }

        private static final long MAX_SECONDS = Instant.MAX.getEpochSecond();
    }
}
