package dev.adit.net.lab;

import dev.adit.net.Network;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// A name server in a network, over UDP and TCP. Names that begin with `big.` are truncated over
/// UDP; those that begin with `mute.` are not answered. Thread-safe.
public final class DnsServer implements AutoCloseable {
    private final DatagramSocket udp;
    private final ServerSocket tcp;
    private final Map<String, List<String>> names = new ConcurrentHashMap<>();
    private final List<String> questions = new CopyOnWriteArrayList<>();

    public DnsServer(Network in) throws IOException {
        udp = in.datagrams(53);
        tcp = in.listen(53);
        Thread.ofVirtual().start(this::serveUdp);
        Thread.ofVirtual().start(this::serveTcp);
    }

    /// Adds a name with addresses.
    public DnsServer add(String name, String... addresses) {
        names.put(name, List.of(addresses));
        return this;
    }

    /// The names that were asked for, with `/A` or `/AAAA` behind, in order.
    public List<String> questions() {
        return questions;
    }

    private void serveUdp() {
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(new byte[1500], 1500);
                udp.receive(packet);
                byte[] answer = answer(packet.getData(), true);
                if (answer == null) continue;
                packet.setData(answer);
                udp.send(packet);
            }
        } catch (SocketException closed) {
            return;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void serveTcp() {
        try {
            while (true) {
                try (Socket client = tcp.accept()) {
                    DataInputStream in = new DataInputStream(client.getInputStream());
                    byte[] question = new byte[in.readUnsignedShort()];
                    in.readFully(question);
                    byte[] answer = answer(question, false);
                    DataOutputStream out = new DataOutputStream(client.getOutputStream());
                    out.writeShort(answer.length);
                    out.write(answer);
                }
            }
        } catch (SocketException closed) {
            return;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private byte[] answer(byte[] question, boolean mayTruncate) throws IOException {
        StringBuilder name = new StringBuilder();
        int at = 12;
        while (question[at] != 0) {
            if (!name.isEmpty()) name.append('.');
            for (int i = 1; i <= question[at]; i++) name.append((char) question[at + i]);
            at += question[at] + 1;
        }
        boolean v6 = question[at + 2] == 28;
        questions.add(name + (v6 ? "/AAAA" : "/A"));
        if (name.toString().startsWith("mute.")) return null;
        boolean isTruncated = mayTruncate && name.toString().startsWith("big.");
        List<String> found = names.get(name.toString());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        List<InetAddress> addresses =
                found == null || isTruncated
                        ? List.of()
                        : found.stream()
                                .map(InetAddress::ofLiteral)
                                .filter(a -> (a.getAddress().length == 16) == v6)
                                .toList();
        out.write(question, 0, 2);
        out.writeShort(0x8180 | (isTruncated ? 0x200 : 0) | (found == null ? 3 : 0));
        out.writeShort(1);
        out.writeShort(addresses.size());
        out.writeShort(0);
        out.writeShort(0);
        out.write(question, 12, at + 5 - 12);
        for (InetAddress address : addresses) {
            out.writeShort(0xc00c);
            out.writeShort(v6 ? 28 : 1);
            out.writeShort(1);
            out.writeInt(300);
            out.writeShort(address.getAddress().length);
            out.write(address.getAddress());
        }
        return bytes.toByteArray();
    }

    @Override
    public void close() throws IOException {
        udp.close();
        tcp.close();
    }
}
