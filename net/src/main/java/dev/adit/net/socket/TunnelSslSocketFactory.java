package dev.adit.net.socket;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;

import javax.net.SocketFactory;
import javax.net.ssl.SSLSocketFactory;

/// Makes TLS sockets over sockets in a tunnel. Thread-safe.
///
/// An unconnected one is made too, since `HttpsURLConnection` would take a socket of the host
/// otherwise.
public final class TunnelSslSocketFactory extends SSLSocketFactory {
    private final SocketFactory plain;
    private final SSLSocketFactory tls;

    /// @param plain makes the sockets below
    /// @param tls layers TLS on them
    public TunnelSslSocketFactory(SocketFactory plain, SSLSocketFactory tls) {
        this.plain = plain;
        this.tls = tls;
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return tls.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return tls.getSupportedCipherSuites();
    }

    @Override
    public Socket createSocket() throws IOException {
        return new DeferredSslSocket(plain.createSocket(), tls);
    }

    @Override
    public Socket createSocket(Socket below, String host, int port, boolean autoClose)
            throws IOException {
        return tls.createSocket(below, host, port, autoClose);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return layer(plain.createSocket(host, port), host, port);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort)
            throws IOException {
        return layer(plain.createSocket(host, port, local, localPort), host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return layer(plain.createSocket(host, port), host.getHostAddress(), port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
            throws IOException {
        Socket below = plain.createSocket(host, port, local, localPort);
        return layer(below, host.getHostAddress(), port);
    }

    private Socket layer(Socket below, String host, int port) throws IOException {
        try {
            return tls.createSocket(below, host, port, true);
        } catch (IOException | RuntimeException e) {
            below.close();
            throw e;
        }
    }
}
