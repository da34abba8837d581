package dev.adit.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.net.lab.TwoNetworks;

import org.junit.jupiter.api.Test;

import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Two networks in one program talk to each other, without any socket of the host.
class NetworkTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    @Test
    void aProgramTransfersBothWaysAndClosesInHalves() throws Exception {
        byte[] question = new byte[3_000_000], answer = new byte[5_000_000];
        new Random(1).nextBytes(question);
        new Random(2).nextBytes(answer);
        try (TwoNetworks two = new TwoNetworks();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                ServerSocket listening = two.right.listen(8080)) {
            Future<byte[]> heard =
                    threads.submit(
                            () -> {
                                try (Socket in = listening.accept()) {
                                    byte[] all = in.getInputStream().readAllBytes();
                                    in.getOutputStream().write(answer);
                                    return all;
                                }
                            });
            try (Socket out = two.left.socketFactory().createSocket("10.0.0.2", 8080)) {
                out.getOutputStream().write(question);
                out.shutdownOutput();
                InputStream in = out.getInputStream();
                assertThat(in.readAllBytes()).isEqualTo(answer);
                assertThat(heard.get()).isEqualTo(question);
            }
        }
    }

    @Test
    void thePeersAnswerAndArePinged() throws Exception {
        try (TwoNetworks two = new TwoNetworks()) {
            assertThat(two.left.awaitPeers(LONG)).isTrue();
            for (String address : new String[] {"10.0.0.2", "fd00::2", "10.0.0.1"}) {
                InetAddress target = InetAddress.ofLiteral(address);
                assertThat(two.left.ping(target, LONG)).as(address).isPresent();
            }
            assertThat(two.left.ping(InetAddress.ofLiteral("fd00::2"), LONG)).isPresent();
        }
    }
}
