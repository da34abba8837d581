package dev.adit.net.channels;

import dev.adit.net.core.TunnelStack;
import dev.adit.net.socket.DatagramPort;
import dev.adit.net.socket.SocketWaits;
import dev.adit.net.socket.TunnelDatagramSocket;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.SocketException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.IllegalBlockingModeException;

/// The datagram socket of a channel, and what is below both. Thread-safe.
final class DatagramSocketView extends TunnelDatagramSocket {
    private final TunnelDatagramChannel channel;

    DatagramSocketView(TunnelDatagramChannel channel, TunnelStack net, SocketWaits waits)
            throws SocketException {
        super(net, waits);
        this.channel = channel;
    }

    /// What the channel calls.
    DatagramPort datagrams() {
        return port();
    }

    @Override
    public DatagramChannel getChannel() {
        return channel;
    }

    @Override
    public void receive(DatagramPacket packet) throws IOException {
        if (!channel.isBlocking()) throw new IllegalBlockingModeException();
        super.receive(packet);
    }

    @Override
    public void send(DatagramPacket packet) throws IOException {
        if (!channel.isBlocking()) throw new IllegalBlockingModeException();
        super.send(packet);
    }

    /// Closes the channel, which closes this.
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new AssertionError(e); // nothing of the host's is closed
        }
    }

    void closeSocket() {
        super.close();
    }
}
