package dev.adit.device.nio;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;

/// What this host has for tests on loopback. Stateless.
public final class Loopback {

    /// Skips the test that asks where there is no IPv6.
    public static void assumeIpv6() {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress("::1", 0))) {
            assumeTrue(socket.isBound());
        } catch (IOException e) {
            assumeTrue(false, "this host has no IPv6 on loopback: " + e.getMessage());
        }
    }

    private Loopback() {}
}
