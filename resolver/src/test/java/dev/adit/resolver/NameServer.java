package dev.adit.resolver;

import dev.adit.net.Network;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/// A name server in a network, over UDP. Thread-safe.
final class NameServer implements AutoCloseable {
    private final DatagramSocket socket;
    private final Map<String, List<InetAddress>> names;
    private final List<String> asked = new CopyOnWriteArrayList<>();

    NameServer(Network in, Map<String, List<InetAddress>> names) throws SocketException {
        this.names = names;
        socket = in.datagrams(53);
        Thread.ofVirtual().start(this::serve);
    }

    /// The names that were asked for.
    List<String> asked() {
        return asked;
    }

    private void serve() {
        byte[] buffer = new byte[1500];
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                byte[] answer = answer(ByteBuffer.wrap(buffer, 0, packet.getLength()));
                socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            }
        } catch (IOException e) {
            // It is closed.
        }
    }

    /// One question, at the beginning; RFC 1035 §4.
    private byte[] answer(ByteBuffer query) {
        short id = query.getShort();
        query.position(12);
        StringBuilder name = new StringBuilder();
        for (int length = query.get(); length > 0; length = query.get()) {
            byte[] label = new byte[length];
            query.get(label);
            if (!name.isEmpty()) name.append('.');
            name.append(new String(label, StandardCharsets.US_ASCII));
        }
        short type = query.getShort();
        int end = query.position() + 2;
        asked.add(name.toString());
        List<InetAddress> all = names.get(name.toString());
        List<byte[]> data =
                (all == null ? List.<InetAddress>of() : all)
                        .stream()
                                .map(InetAddress::getAddress)
                                .filter(bytes -> bytes.length == (type == AAAA ? 16 : 4))
                                .toList();
        ByteBuffer answer = ByteBuffer.allocate(1500);
        answer.putShort(id).putShort((short) (all == null ? NO_SUCH_NAME : FOUND));
        answer.putShort((short) 1).putShort((short) data.size()).putInt(0);
        answer.put(query.array(), 12, end - 12);
        for (byte[] bytes : data) {
            answer.putShort((short) 0xc00c).putShort(type).putShort((short) 1).putInt(60);
            answer.putShort((short) bytes.length).put(bytes);
        }
        byte[] message = new byte[answer.position()];
        answer.flip().get(message);
        return message;
    }

    @Override
    public void close() {
        socket.close();
    }

    private static final int AAAA = 28;
    private static final int FOUND = 0x8180;
    private static final int NO_SUCH_NAME = 0x8183;
}
