package dev.adit.proxy;

import dev.adit.net.Network;
import dev.adit.proxy.stream.DatagramDialer;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.UnknownHostException;

/// Opens UDP ports in a network. Thread-safe.
record TunnelDatagramDialer(Network network) implements DatagramDialer {
    @Override
    public DatagramSocket open() throws IOException {
        return network.datagrams(0);
    }

    @Override
    public InetAddress resolve(String host) throws UnknownHostException {
        return network.resolve(host).getFirst();
    }
}
