package dev.adit.it.lab;

import java.io.ByteArrayOutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// A program that is a name server: `ADDRESS FILE`. Every name has the addresses in the lines of
/// the file, as it is at that moment. It prints each name that it is asked for.
public final class DnsServer {

    /// The command that runs it in `netns`.
    public static Command in(Netns netns, String address, Path file) {
        String java = System.getProperty("java.home") + "/bin/java";
        String name = DnsServer.class.getName();
        return netns.command(java, "-cp", "target/test-classes", name, address, file.toString());
    }

    public static void main(String[] args) throws Exception {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(args[0], 53))) {
            System.out.println("ready");
            while (true) {
                DatagramPacket query = new DatagramPacket(new byte[512], 512);
                socket.receive(query);
                List<String> addresses = Files.readAllLines(Path.of(args[1]));
                byte[] reply = reply(Arrays.copyOf(query.getData(), query.getLength()), addresses);
                socket.send(new DatagramPacket(reply, reply.length, query.getSocketAddress()));
            }
        }
    }

    private static byte[] reply(byte[] query, List<String> addresses) throws Exception {
        int at = 12;
        StringBuilder name = new StringBuilder();
        for (; query[at] != 0; at += query[at] + 1) {
            name.append(new String(query, at + 1, query[at], StandardCharsets.US_ASCII));
            name.append('.');
        }
        System.out.println("asked for " + name);
        int wanted = query[at + 2] == 1 ? 4 : 16;
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        int count = 0;
        for (String literal : addresses) {
            byte[] bytes = InetAddress.ofLiteral(literal).getAddress();
            if (bytes.length != wanted) continue;
            records.writeBytes(new byte[] {(byte) 0xc0, 12, 0, query[at + 2], 0, 1, 0, 0, 0, 1});
            records.writeBytes(new byte[] {0, (byte) bytes.length});
            records.writeBytes(bytes);
            count++;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(query, 0, 2);
        out.writeBytes(new byte[] {(byte) 0x81, (byte) 0x80, 0, 1, 0, (byte) count, 0, 0, 0, 0});
        out.write(query, 12, at + 5 - 12);
        out.writeBytes(records.toByteArray());
        return out.toByteArray();
    }

    private DnsServer() {}
}
