package dev.adit.proxy.stream;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.UnknownHostException;

/// Opens UDP ports in the tunnel. Thread-safe.
public interface DatagramDialer {
    /// Opens a port that is free, on all own addresses.
    DatagramSocket open() throws IOException;

    /// The address of a host, by name or address, as the tunnel's network knows it.
    InetAddress resolve(String host) throws UnknownHostException;
}
