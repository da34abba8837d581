package dev.adit.it.lab;

import dev.adit.net.Network;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;

/// A program that asks a network of its own for names and addresses of all kinds:
///
/// - `network CONF FILE`: while the tunnel is up; when the file exists, while it is down; while the
///   network closes; and after that. At last it has the host look up a name, to be seen.
/// - `url CONF`: with `HttpsURLConnection`, which has the JVM look up a name before it connects
public final class CuriousProgram {
    public static void main(String[] args) throws Exception {
        Network network = Network.open(Path.of(args[1]));
        System.out.println("peers: " + network.awaitPeers(Duration.ofSeconds(10)));
        if (args[0].equals("url")) {
            url(network);
            network.close();
            return;
        }
        end(ask(network, "up"));
        System.out.println("asked up");
        Await.until(args[2], Duration.ofMinutes(1), () -> Files.exists(Path.of(args[2])));
        end(ask(network, "down"));
        System.out.println("asked down");
        List<Thread> closing = ask(network, "closing");
        network.close(Duration.ofMillis(500));
        end(closing);
        end(ask(network, "closed"));
        System.out.println("asked closed");
        attempt(() -> InetAddress.getByName("control.example"));
        System.out.println("asked the host");
    }

    private static void url(Network network) throws Exception {
        var tls = network.sslSocketFactory(SSLContext.getDefault());
        var connection =
                (HttpsURLConnection) URI.create("https://page.example/").toURL().openConnection();
        connection.setSSLSocketFactory(tls);
        connection.setConnectTimeout(2000);
        attempt(connection::getResponseCode);
        System.out.println("asked");
    }

    /// Begins every question, each on a thread of its own.
    private static List<Thread> ask(Network network, String state) {
        List<Callable<?>> all = new ArrayList<>();
        for (String name : new String[] {"short", "db.internal", "name.example", "[fd09::9]"}) {
            String host = name.startsWith("[") ? name : state + "-" + name;
            all.add(() -> network.resolve(host));
            all.add(() -> network.connect(host, 80, LIMIT));
            all.add(() -> network.socketFactory().createSocket(host, 443));
            all.add(() -> datagram(network, InetSocketAddress.createUnresolved(host, 53)));
        }
        for (String literal : ADDRESSES) {
            InetAddress address = InetAddress.ofLiteral(literal);
            all.add(() -> network.connect(literal, 80, LIMIT));
            all.add(() -> network.socketFactory().createSocket(address, 443));
            all.add(() -> datagram(network, new InetSocketAddress(address, 53)));
            all.add(() -> network.ping(address, LIMIT));
        }
        return all.stream().map(one -> Thread.ofVirtual().start(() -> attempt(one))).toList();
    }

    private static Object datagram(Network network, InetSocketAddress to) throws IOException {
        try (DatagramSocket socket = network.datagrams(0)) {
            socket.send(new DatagramPacket(new byte[8], 8, to));
            return socket;
        }
    }

    private static void attempt(Callable<?> question) {
        try {
            question.call();
        } catch (Exception expected) {
            // Most have no answer; what is tested is what leaves the host meanwhile.
            if (expected instanceof IOException || expected instanceof RuntimeException) return;
            throw new AssertionError(expected);
        }
    }

    /// Gives the questions two seconds.
    private static void end(List<Thread> threads) throws InterruptedException {
        Await.within(LIMIT, () -> threads.stream().noneMatch(Thread::isAlive));
        threads.forEach(Thread::interrupt);
        for (Thread thread : threads) thread.join(LIMIT);
    }

    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final List<String> ADDRESSES =
            List.of(
                    "10.9.0.2",
                    "fd09::2",
                    "192.0.2.1",
                    "192.0.2.2",
                    "192.0.2.255",
                    "2001:db8::2",
                    "198.51.100.9",
                    "127.0.0.1",
                    "::1",
                    "fe80::1",
                    "224.0.0.251");

    private CuriousProgram() {}
}
