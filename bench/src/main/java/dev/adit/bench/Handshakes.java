package dev.adit.bench;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpAddress;
import dev.adit.protocol.keys.PrivateKey;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.SplittableRandom;

/// Measures how fast a server answers the handshakes of many clients, over real sockets on
/// loopback:
///
/// ```
/// Handshakes conf CLIENTS                 prints the server's configuration, for `wg setconf`
/// Handshakes rate CLIENTS PORT SECONDS    prints the handshakes that it answers in a second
/// Handshakes rush CLIENTS PORT            prints the seconds until all who call at once are served
/// ```
///
/// For `rate` the initiations are made beforehand and [#WINDOW] of them are on their way at any
/// time, which is no load yet by anybody's measure: what counts is the server's time, not ours.
/// `rush` completes every handshake, cookies included, as after a restart of the server. Clients
/// are simulated by the protocol's own code, each with an address of its own, as rates are limited
/// by address.
public final class Handshakes {
    private final Selector selector = Selector.open();
    private final List<Client> clients = new ArrayList<>();

    private Handshakes(int count, int port) throws IOException {
        Endpoint server = new Endpoint(IpAddress.parse("127.0.0.1").orElseThrow(), port);
        for (int i = 0; i < count; i++) {
            clients.add(new Client(key(i + 1), key(0).publicKey(), server, address(i), selector));
        }
    }

    public static void main(String[] args) throws IOException {
        int count = Integer.parseInt(args[1]);
        switch (args[0]) {
            case "conf" -> System.out.print(configuration(count));
            case "rate" -> {
                Handshakes all = new Handshakes(count, Integer.parseInt(args[2]));
                all.rate(Double.parseDouble(args[3]));
            }
            case "rush" -> new Handshakes(count, Integer.parseInt(args[2])).rush();
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    private static String configuration(int count) {
        StringBuilder text = new StringBuilder("[Interface]\nListenPort = 51820\nPrivateKey = ");
        text.append(base64(key(0).reveal())).append('\n');
        for (int i = 0; i < count; i++) {
            text.append("[Peer]\nPublicKey = ")
                    .append(base64(key(i + 1).publicKey().toSegment()))
                    .append(
                            "\nAllowedIPs = 10.%d.%d.%d/32\n"
                                    .formatted(i >> 16, i >> 8 & 255, i & 255));
        }
        return text.toString();
    }

    private static String base64(MemorySegment bytes) {
        byte[] copy = bytes.toArray(ValueLayout.JAVA_BYTE);
        return Base64.getEncoder().encodeToString(copy);
    }

    /// The same key for the same number in every run; 0 is the server.
    private static PrivateKey key(int number) {
        byte[] bytes = new byte[PrivateKey.LENGTH];
        new SplittableRandom(number).nextBytes(bytes);
        return new PrivateKey(MemorySegment.ofArray(bytes));
    }

    private static String address(int i) {
        return "127.%d.%d.%d".formatted(1 + (i >> 16), i >> 8 & 255, i & 255);
    }

    // ---- rate

    private void rate(double seconds) throws IOException {
        int each = (int) Math.ceil(seconds * MAX_RATE / clients.size());
        for (Client client : clients) client.prepare(each);
        Queue<Client> idle = new ArrayDeque<>(clients);
        Queue<Client> calling = new ArrayDeque<>();
        long start = System.nanoTime(), end = start + (long) (seconds * 1e9), answered = 0;
        while (System.nanoTime() < end) {
            calling.removeIf(
                    client -> {
                        boolean done = client.isAnswered() || client.isOverdue();
                        if (done && client.hasPrepared()) idle.add(client);
                        return done;
                    });
            while (calling.size() < WINDOW && !idle.isEmpty()) {
                Client next = idle.remove();
                next.sendPrepared();
                calling.add(next);
            }
            selector.select(100);
            for (SelectionKey ready : selector.selectedKeys()) {
                if (((Client) ready.attachment()).receive() == Client.RESPONSE) answered++;
            }
            selector.selectedKeys().clear();
        }
        System.out.printf(Locale.ROOT, "%.0f%n", answered / ((System.nanoTime() - start) / 1e9));
    }

    // ---- rush

    private void rush() throws IOException {
        for (Client client : clients) client.prepare(1);
        long start = System.nanoTime();
        for (Client client : clients) client.sendPrepared();
        int served = 0;
        while (served < clients.size()) {
            selector.select(10);
            for (SelectionKey ready : selector.selectedKeys()) {
                if (((Client) ready.attachment()).converse()) served++;
            }
            selector.selectedKeys().clear();
            for (Client client : clients) client.callAgainWhenOverdue();
            if (System.nanoTime() - start > GIVE_UP) {
                throw new IOException(served + " of " + clients.size() + " served");
            }
        }
        System.out.printf(Locale.ROOT, "%.3f%n", (System.nanoTime() - start) / 1e9);
    }

    // wireguard-go thinks itself under load with 128 messages in its queue, aditd with 512.
    private static final int WINDOW = 100;
    private static final double MAX_RATE = 6_000; // handshakes a second that are prepared for
    private static final long GIVE_UP = 60_000_000_000L;
}
