package dev.adit.tools.network;

import dev.adit.device.config.ConfigException;
import dev.adit.device.uapi.UapiServer;
import dev.adit.net.Network;
import dev.adit.protocol.keys.PrivateKey;
import dev.adit.protocol.keys.PublicKey;
import dev.adit.proxy.Proxy;
import dev.adit.proxy.ProxyOptions;
import dev.adit.proxy.Stdio;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;

/// The part of `proxy` and `nc` in the training run of the tools: two networks of this process, of
/// which one is served by a proxy, over UDP ports of loopback that are free. Stateless.
public final class ProxyTraining {
    /// Carries some bytes in every way there is.
    ///
    /// @throws IOException when anything does not work, which only means slower starts
    public static void run() throws IOException {
        SecureRandom random = new SecureRandom();
        PrivateKey key = PrivateKey.generate(random), otherKey = PrivateKey.generate(random);
        try (Network other = network("other", 2, 1, otherKey, key.publicKey(), "");
                Network own =
                        network(
                                "own",
                                1,
                                2,
                                key,
                                otherKey.publicKey(),
                                "Endpoint = 127.0.0.1:" + other.status().listenPort());
                ServerSocket server = other.listen(PORT)) {
            Thread.ofVirtual().start(() -> echo(server));
            byte[] said = "hello".getBytes(StandardCharsets.US_ASCII);
            OutputStream nowhere = OutputStream.nullOutputStream();
            Stdio.connect(own, "10.99.0.2", PORT, new ByteArrayInputStream(said), nowhere);
            serve(own);
        }
    }

    private static Network network(
            String name, int own, int peer, PrivateKey key, PublicKey theirs, String endpoint)
            throws IOException {
        String text =
                """
                [Interface]
                PrivateKey = %s
                Address = 10.99.0.%d/24
                DNS = 10.99.0.%d
                [Peer]
                PublicKey = %s
                AllowedIPs = 10.99.0.%d/32
                %s
                """
                        .formatted(
                                new String(key.toBase64(), StandardCharsets.US_ASCII),
                                own,
                                peer,
                                theirs.toBase64(),
                                peer,
                                endpoint);
        try {
            return Network.builder().config(name, text.getBytes(StandardCharsets.US_ASCII)).build();
        } catch (ConfigException e) {
            throw new IOException(e);
        }
    }

    private static void echo(ServerSocket server) {
        try {
            while (true) {
                try (Socket client = server.accept()) {
                    client.getInputStream().transferTo(client.getOutputStream());
                }
            }
        } catch (IOException e) {
            // it is closed
        }
    }

    private static void serve(Network own) throws IOException {
        ProxyOptions options =
                ProxyOptions.builder()
                        .listen("127.0.0.1:0")
                        .dns("127.0.0.1:0")
                        .health("127.0.0.1:0")
                        .build();
        try (Proxy proxy = Proxy.open(own, options)) {
            configure(own);
            InetSocketAddress at = (InetSocketAddress) proxy.addresses().getFirst();
            exchange(at, HexFormat.of().parseHex("050100" + "05010001" + "0a630002" + "0007"));
            exchange(at, text("CONNECT 10.99.0.2:7 HTTP/1.1\r\n\r\n"));
            InetSocketAddress health = (InetSocketAddress) proxy.healthAddresses().getFirst();
            exchange(health, text("GET /metrics HTTP/1.1\r\n\r\n"));
            proxy.close(Duration.ZERO);
        }
    }

    private static void configure(Network own) throws IOException {
        Path folder = Files.createTempDirectory("adit");
        Map<String, String> environment = Map.of("XDG_RUNTIME_DIR", folder.toString());
        try {
            ConfigurationSocket.open(own, environment).ifPresent(UapiServer::close);
            Files.deleteIfExists(folder.resolve("wireguard"));
        } finally {
            Files.delete(folder);
        }
    }

    private static byte[] text(String request) {
        return request.getBytes(StandardCharsets.US_ASCII);
    }

    /// Sends a request and reads what comes until its end.
    private static void exchange(InetSocketAddress at, byte[] request) throws IOException {
        try (Socket client = new Socket(at.getAddress(), at.getPort())) {
            client.setSoTimeout(5_000);
            client.getOutputStream().write(request);
            client.shutdownOutput();
            client.getInputStream().readAllBytes();
        }
    }

    private static final int PORT = 7;

    private ProxyTraining() {}
}
