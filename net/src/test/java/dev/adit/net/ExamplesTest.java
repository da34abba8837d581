package dev.adit.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.device.Device;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.net.lab.Keys;
import dev.adit.protocol.wire.Message;
import dev.adit.stack.Stack;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The programs in the folder `examples` compile, and do what they say.
class ExamplesTest {
    @TempDir private Path folder;

    private static Process start(String example, String... arguments) throws IOException {
        String classes =
                Stream.of(
                                Network.class,
                                Device.class,
                                Message.class,
                                Stack.class,
                                PacketBatch.class)
                        .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
                        .map(location -> location.getPath())
                        .collect(Collectors.joining(File.pathSeparator));
        List<String> argv =
                new ArrayList<>(
                        List.of(
                                System.getProperty("java.home") + "/bin/java",
                                "-Xmx256m",
                                "-cp",
                                classes,
                                "../examples/" + example + ".java"));
        argv.addAll(List.of(arguments));
        return new ProcessBuilder(argv).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    }

    private static String output(Process process) throws Exception {
        byte[] all = process.getInputStream().readAllBytes();
        assertThat(process.waitFor()).isZero();
        return new String(all, StandardCharsets.UTF_8);
    }

    @Test
    void twoNetworksTalkInMemory() throws Exception {
        assertThat(output(start("TwoNetworks"))).isEqualTo("hello\n");
    }

    @Test
    void aPageIsServedAndFetched() throws Exception {
        Keys one = Keys.make(), other = Keys.make();
        int port;
        try (DatagramSocket free = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Path server = conf("server", 1, 2, one, other, "ListenPort = " + port, "");
        Path client = conf("client", 2, 1, other, one, "", "Endpoint = 127.0.0.1:" + port);
        Process serving = start("ServePage", server.toString(), "8080");
        try {
            BufferedReader said =
                    new BufferedReader(
                            new InputStreamReader(
                                    serving.getInputStream(), StandardCharsets.UTF_8));
            assertThat(said.readLine()).isEqualTo("serving on [/10.0.0.1] port 8080");
            String page = output(start("FetchPage", client.toString(), "10.0.0.1", "8080", "/"));
            assertThat(page)
                    .startsWith("HTTP/1.1 200 OK")
                    .endsWith("hello from inside, 10.0.0.2\n");
            serving.getOutputStream().close();
            assertThat(serving.waitFor()).isZero();
        } finally {
            serving.destroyForcibly();
        }
    }

    private Path conf(
            String name,
            int number,
            int peer,
            Keys own,
            Keys theirs,
            String interfaceLine,
            String peerLine)
            throws IOException {
        Path file = folder.resolve(name + ".conf");
        Files.writeString(
                file,
                """
                [Interface]
                PrivateKey = %s
                Address = 10.0.0.%d/24
                %s
                [Peer]
                PublicKey = %s
                AllowedIPs = 10.0.0.%d/32
                %s
                """
                        .formatted(
                                own.privateKey(),
                                number,
                                interfaceLine,
                                theirs.publicKey(),
                                peer,
                                peerLine));
        return file;
    }
}
