package dev.adit.net.socket;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocketImpl;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;

/// A placeholder for the constructor of [java.net.DatagramSocket], so that it opens no socket of
/// the host. Never used. Stateless.
final class NoDatagramSocketImpl extends DatagramSocketImpl {
    private static SocketException none() {
        return new SocketException("no socket of the host is here");
    }

    @Override
    protected void create() throws SocketException {
        throw none();
    }

    @Override
    protected void bind(int port, InetAddress address) throws SocketException {
        throw none();
    }

    @Override
    protected void send(DatagramPacket packet) throws IOException {
        throw none();
    }

    @Override
    protected int peek(InetAddress address) throws IOException {
        throw none();
    }

    @Override
    protected int peekData(DatagramPacket packet) throws IOException {
        throw none();
    }

    @Override
    protected void receive(DatagramPacket packet) throws IOException {
        throw none();
    }

    @Override
    @Deprecated
    @SuppressWarnings("removal")
    protected void setTTL(byte hops) throws IOException {
        throw none();
    }

    @Override
    @Deprecated
    @SuppressWarnings("removal")
    protected byte getTTL() throws IOException {
        throw none();
    }

    @Override
    protected void setTimeToLive(int hops) throws IOException {
        throw none();
    }

    @Override
    protected int getTimeToLive() throws IOException {
        throw none();
    }

    @Override
    protected void join(InetAddress group) throws IOException {
        throw none();
    }

    @Override
    protected void leave(InetAddress group) throws IOException {
        throw none();
    }

    @Override
    protected void joinGroup(SocketAddress group, NetworkInterface on) throws IOException {
        throw none();
    }

    @Override
    protected void leaveGroup(SocketAddress group, NetworkInterface on) throws IOException {
        throw none();
    }

    @Override
    protected void close() {}

    @Override
    public void setOption(int option, Object value) throws SocketException {
        throw none();
    }

    @Override
    public Object getOption(int option) throws SocketException {
        throw none();
    }
}
