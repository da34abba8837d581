package dev.adit.net;

import dev.adit.device.config.ConfigException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

import javax.net.SocketFactory;

/// A socket factory that other libraries can make by its name: each wg-quick file is one network,
/// opened for the first socket and open as long as the program runs.
///
/// ```
/// jdbc:postgresql://db.internal/app?socketFactory=dev.adit.net.WireGuardSocketFactory&socketFactoryArg=/etc/wireguard/office.conf
/// ```
///
/// Thread-safe.
public class WireGuardSocketFactory extends SocketFactory {
    private static final Map<Path, Network> NETWORKS = new HashMap<>(); // guarded by itself

    private final Path file;

    /// Sockets of the network whose file the system property `adit.network` names.
    ///
    /// @throws IllegalStateException when it is not set
    public WireGuardSocketFactory() {
        this(System.getProperty(PROPERTY));
    }

    /// Sockets of the network of that file.
    public WireGuardSocketFactory(@Nullable String file) {
        if (file == null || file.isBlank()) {
            throw new IllegalStateException(
                    "no wg-quick file: set the argument of the socket factory, or the system"
                            + " property "
                            + PROPERTY);
        }
        this.file = Path.of(file);
    }

    /// Sockets of the network whose file one of these properties names: `socketFactoryArg`,
    /// `socketFactoryConstructorArg`, `adit.network`; else the system property `adit.network`.
    public WireGuardSocketFactory(Properties properties) {
        this(of(properties));
    }

    private static String of(Properties properties) {
        for (String key : KEYS) {
            String value = properties.getProperty(key);
            if (value != null) return value;
        }
        return System.getProperty(PROPERTY);
    }

    /// The factory of the system property `adit.network`.
    public static SocketFactory getDefault() {
        return new WireGuardSocketFactory();
    }

    /// The factory of the network, which is opened if it is not.
    private SocketFactory factory() throws IOException {
        Path key = file.toRealPath();
        synchronized (NETWORKS) {
            Network network = NETWORKS.get(key);
            if (network == null || !network.isOpen()) {
                network = open(key);
                NETWORKS.put(key, network);
            }
            return network.socketFactory();
        }
    }

    private static Network open(Path key) throws IOException {
        try {
            return Network.shared(key);
        } catch (ConfigException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public Socket createSocket() throws IOException {
        return factory().createSocket();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return factory().createSocket(host, port);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort)
            throws IOException {
        return factory().createSocket(host, port, local, localPort);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return factory().createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
            throws IOException {
        return factory().createSocket(host, port, local, localPort);
    }

    private static final String PROPERTY = "adit.network";
    private static final String[] KEYS = {
        "socketFactoryArg", "socketFactoryConstructorArg", PROPERTY
    };
}
