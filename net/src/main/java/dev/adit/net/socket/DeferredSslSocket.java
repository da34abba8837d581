package dev.adit.net.socket;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

import javax.net.ssl.HandshakeCompletedListener;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/// A TLS socket that is not connected yet: what is set on it is kept until [#connect], which layers
/// TLS on the socket below and sets it there. From then on it is that socket. Thread-safe.
final class DeferredSslSocket extends SslSocketView {
    private final SSLSocketFactory tls;
    private final List<Setting> settings = new ArrayList<>(); // guarded by this
    private SSLParameters parameters; // guarded by this
    private boolean isClient = true; // guarded by this
    private boolean mayCreate = true; // guarded by this
    private volatile @Nullable SSLSocket connected; // null until then

    /// Something to set once there is a TLS socket.
    private interface Setting {
        void set(SSLSocket socket);
    }

    /// @param below an unconnected socket
    /// @param tls layers TLS on it
    DeferredSslSocket(Socket below, SSLSocketFactory tls) {
        super(below);
        this.tls = tls;
        parameters = template(tls);
    }

    private static SSLParameters template(SSLSocketFactory tls) {
        return new SSLParameters(tls.getDefaultCipherSuites());
    }

    // ---- connecting

    @Override
    public void connect(SocketAddress to) throws IOException {
        connect(to, 0);
    }

    @Override
    public void connect(SocketAddress to, int millis) throws IOException {
        below.connect(to, millis);
        InetSocketAddress remote = (InetSocketAddress) to;
        try {
            SSLSocket made =
                    (SSLSocket)
                            tls.createSocket(below, remote.getHostString(), remote.getPort(), true);
            synchronized (this) {
                made.setUseClientMode(isClient);
                made.setEnableSessionCreation(mayCreate);
                for (Setting setting : settings) setting.set(made);
                settings.clear();
                connected = made;
            }
        } catch (IOException | RuntimeException e) {
            below.close();
            throw e;
        }
    }

    @Override
    SSLSocket tls() throws SocketException {
        SSLSocket made = connected;
        if (made != null) return made;
        throw new SocketException(
                below.isClosed() ? "Socket is closed" : "Socket is not connected");
    }

    /// The TLS socket if there is one, else the one below.
    @Override
    Socket socket() {
        SSLSocket made = connected;
        return made != null ? made : below;
    }

    private synchronized void keep(Setting setting) {
        SSLSocket made = connected;
        if (made != null) setting.set(made);
        else settings.add(setting);
    }

    // ---- TLS

    @Override
    public String[] getSupportedCipherSuites() {
        return tls.getSupportedCipherSuites();
    }

    @Override
    public synchronized String[] getEnabledCipherSuites() {
        return getSSLParameters().getCipherSuites();
    }

    @Override
    public synchronized void setEnabledCipherSuites(String[] suites) {
        parameters.setCipherSuites(suites);
        keep(socket -> socket.setEnabledCipherSuites(suites));
    }

    @Override
    public String[] getSupportedProtocols() {
        SSLSocket made = connected;
        return made != null ? made.getSupportedProtocols() : PROTOCOLS.clone();
    }

    @Override
    public synchronized String[] getEnabledProtocols() {
        SSLSocket made = connected;
        if (made != null) return made.getEnabledProtocols();
        String[] set = parameters.getProtocols();
        return set != null ? set : PROTOCOLS.clone();
    }

    @Override
    public synchronized void setEnabledProtocols(String[] protocols) {
        parameters.setProtocols(protocols);
        keep(socket -> socket.setEnabledProtocols(protocols));
    }

    @Override
    public synchronized SSLParameters getSSLParameters() {
        SSLSocket made = connected;
        return made != null ? made.getSSLParameters() : parameters;
    }

    @Override
    public synchronized void setSSLParameters(SSLParameters set) {
        parameters = set;
        keep(socket -> socket.setSSLParameters(set));
    }

    @Override
    public SSLSession getSession() {
        SSLSocket made = connected;
        if (made == null) throw new IllegalStateException("not connected yet");
        return made.getSession();
    }

    @Override
    public @Nullable SSLSession getHandshakeSession() {
        SSLSocket made = connected;
        return made == null ? null : made.getHandshakeSession();
    }

    @Override
    public void addHandshakeCompletedListener(HandshakeCompletedListener listener) {
        if (listener == null) throw new IllegalArgumentException("listener is null");
        keep(socket -> socket.addHandshakeCompletedListener(listener));
    }

    @Override
    public void removeHandshakeCompletedListener(HandshakeCompletedListener listener) {
        keep(socket -> socket.removeHandshakeCompletedListener(listener));
    }

    @Override
    public void startHandshake() throws IOException {
        tls().startHandshake();
    }

    @Override
    public synchronized void setUseClientMode(boolean on) {
        isClient = on;
        if (connected != null) connected.setUseClientMode(on);
    }

    @Override
    public synchronized boolean getUseClientMode() {
        return isClient;
    }

    @Override
    public void setNeedClientAuth(boolean on) {
        parameters.setNeedClientAuth(on);
        keep(socket -> socket.setNeedClientAuth(on));
    }

    @Override
    public boolean getNeedClientAuth() {
        return getSSLParameters().getNeedClientAuth();
    }

    @Override
    public void setWantClientAuth(boolean on) {
        parameters.setWantClientAuth(on);
        keep(socket -> socket.setWantClientAuth(on));
    }

    @Override
    public boolean getWantClientAuth() {
        return getSSLParameters().getWantClientAuth();
    }

    @Override
    public synchronized void setEnableSessionCreation(boolean on) {
        mayCreate = on;
        if (connected != null) connected.setEnableSessionCreation(on);
    }

    @Override
    public synchronized boolean getEnableSessionCreation() {
        return mayCreate;
    }

    @Override
    public @Nullable String getApplicationProtocol() {
        SSLSocket made = connected;
        return made == null ? null : made.getApplicationProtocol();
    }

    @Override
    public @Nullable String getHandshakeApplicationProtocol() {
        SSLSocket made = connected;
        return made == null ? null : made.getHandshakeApplicationProtocol();
    }

    @Override
    public void setHandshakeApplicationProtocolSelector(
            BiFunction<SSLSocket, List<String>, String> selector) {
        keep(socket -> socket.setHandshakeApplicationProtocolSelector(selector));
    }

    @Override
    public String toString() {
        return "TLS over " + below;
    }

    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
}
