package dev.adit.proxy;

import dev.adit.net.Network;
import dev.adit.proxy.stream.Duplex;
import dev.adit.proxy.stream.Relay;
import dev.adit.proxy.stream.SocketDuplex;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

/// Connects a pair of streams, such as standard input and output, to a port in a network.
/// Stateless.
public final class Stdio {

    /// Connects to a host in the network and carries bytes until both directions have ended. Closes
    /// both streams.
    ///
    /// @throws IOException when there is no connection; its message says why
    public static void connect(
            Network network, String host, int port, InputStream in, OutputStream out)
            throws IOException {
        Duplex target = new SocketDuplex(network.connect(host, port, Duration.ZERO));
        Relay.run(new Streams(in, out), target);
    }

    private record Streams(InputStream input, OutputStream output) implements Duplex {
        @Override
        public void shutdownOutput() throws IOException {
            output.close();
        }

        @Override
        public void abort() {
            close();
        }

        @Override
        public void close() {
            try {
                output.close();
            } catch (IOException e) {
                // it is of no more use either way
            }
        }
    }

    private Stdio() {}
}
