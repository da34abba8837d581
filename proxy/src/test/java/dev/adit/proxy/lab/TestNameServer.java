package dev.adit.proxy.lab;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/// A name server on a loopback address, over UDP and TCP on one port. Thread-safe.
public final class TestNameServer implements AutoCloseable {
    public final List<byte[]> asked = new CopyOnWriteArrayList<>();
    public final List<Integer> ports = new CopyOnWriteArrayList<>();
    private final DatagramSocket udp;
    private final ServerSocket tcp;
    private final UnaryOperator<byte[]> answers;

    /// @param port or 0
    /// @param answers gives the answer to a message, or null for none
    public TestNameServer(String address, int port, UnaryOperator<byte[]> answers)
            throws IOException {
        this.answers = answers;
        InetAddress at = InetAddress.ofLiteral(address);
        tcp = new ServerSocket(port, 50, at);
        udp = new DatagramSocket(tcp.getLocalPort(), at);
        Thread.ofVirtual().start(this::serveUdp);
        Thread.ofVirtual().start(this::serveTcp);
    }

    public int port() {
        return udp.getLocalPort();
    }

    /// A query for the addresses of `example.test`.
    ///
    /// @param udpSize of its OPT record, or 0 to have none
    public static byte[] query(int id, int udpSize) {
        byte[] question = {
            (byte) (id >> 8),
            (byte) id,
            1,
            0,
            0,
            1,
            0,
            0,
            0,
            0,
            0,
            (byte) (udpSize > 0 ? 1 : 0), //
            7,
            'e',
            'x',
            'a',
            'm',
            'p',
            'l',
            'e',
            4,
            't',
            'e',
            's',
            't',
            0,
            0,
            1,
            0,
            1
        };
        if (udpSize == 0) return question;
        byte[] whole = Arrays.copyOf(question, question.length + 11);
        whole[question.length + 2] = 41;
        whole[question.length + 3] = (byte) (udpSize >> 8);
        whole[question.length + 4] = (byte) udpSize;
        return whole;
    }

    /// The query as its own answer, with `more` bytes behind it.
    public static byte[] answer(byte[] query, int more) {
        byte[] answer = Arrays.copyOf(query, query.length + more);
        answer[2] |= (byte) 0x80;
        return answer;
    }

    private void serveUdp() {
        while (true) {
            try {
                DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
                udp.receive(packet);
                ports.add(packet.getPort());
                byte[] answer = answer(Arrays.copyOf(packet.getData(), packet.getLength()));
                if (answer == null) continue;
                udp.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serveTcp() {
        while (true) {
            try {
                Socket client = tcp.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            DataInputStream in = new DataInputStream(client.getInputStream());
            DataOutputStream out = new DataOutputStream(client.getOutputStream());
            while (true) {
                byte[] answer = answer(in.readNBytes(in.readUnsignedShort()));
                if (answer == null) continue;
                out.writeShort(answer.length);
                out.write(answer);
            }
        } catch (IOException e) {
            // it has gone
        }
    }

    private byte[] answer(byte[] query) {
        asked.add(query);
        return answers.apply(query);
    }

    @Override
    public void close() throws IOException {
        udp.close();
        tcp.close();
    }
}
