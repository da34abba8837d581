package dev.adit.stack.script;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.ip.address.IpAddress;
import dev.adit.ip.bytes.ByteOrders;
import dev.adit.ip.header.IpPacket;
import dev.adit.ip.header.Segmenter;
import dev.adit.ip.packet.PacketBatch;
import dev.adit.stack.Stack;
import dev.adit.stack.sim.Packets;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.util.Deque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Segments as the text of a script and as bytes. Written for tests alone, independent of the
/// stack's own parser.
public final class Wire implements AutoCloseable {
    private static final Pattern SEGMENT =
            Pattern.compile(
                    "([SFRPUEW.-]+)(?: (-?\\d+):(-?\\d+)\\((\\d+)\\))?(?: ack (-?\\d+))?"
                            + "(?: win (\\d+))?(?: <(.*)>)?");
    private static final String FLAGS = "FSRP.UEW";

    private final IpAddress local;
    private final IpAddress remote;
    private final PacketBatch out = new PacketBatch(128, 256 << 10);
    private final PacketBatch in = new PacketBatch(1, 70_000);
    private final Segmenter segmenter = new Segmenter();
    private final MemorySegment cut = MemorySegment.ofArray(new byte[65_600]);
    private int localPort = 8080;
    private int remotePort = 9090;
    private int first; // the stack's initial sequence number
    private boolean knowsStamp;
    private int firstStamp;
    private static final int PEER_FIRST = 0x7fff_fff0; // so that scripts wrap around

    /// Between the stack at `local`, port 8080, and the peer at `remote`, port 9090.
    public Wire(IpAddress local, IpAddress remote) {
        this.local = local;
        this.remote = remote;
    }

    /// The same with other ports.
    public Wire(IpAddress local, int localPort, IpAddress remote, int remotePort) {
        this(local, remote);
        this.localPort = localPort;
        this.remotePort = remotePort;
    }

    /// The byte of a stream at a position.
    static byte payload(long position) {
        return (byte) (position * 13 + 5);
    }

    void transmit(Stack stack, long now, Deque<SentSegment> sent) {
        for (boolean more = true; more; ) {
            out.clear();
            int n = stack.transmit(now, out);
            more = n > 0;
            for (int i = 0; i < n; i++) {
                if (out.segmentSize(i) == 0) {
                    sent.add(
                            new SentSegment(
                                    now, bytes(out.memory(), out.offset(i), out.length(i))));
                    continue;
                }
                int count =
                        segmenter.begin(
                                out.memory(), out.offset(i), out.length(i), out.segmentSize(i));
                for (int k = 0; k < count; k++) {
                    segmenter.write(k, cut, 0);
                    sent.add(new SentSegment(now, bytes(cut, 0, segmenter.length(k))));
                }
            }
        }
    }

    private static byte[] bytes(MemorySegment memory, long at, int length) {
        return memory.asSlice(at, length).toArray(ByteOrders.U8);
    }

    void deliver(Stack stack, long now, byte[] tcp, int trafficClass) {
        deliver(stack, now, Packets.ip(remote, local, IpPacket.TCP, trafficClass, tcp));
    }

    void deliver(Stack stack, long now, byte[] packet) {
        in.clear();
        int at = PacketBatch.HEADROOM;
        MemorySegment.copy(MemorySegment.ofArray(packet), 0, in.memory(), at, packet.length);
        in.add(at, packet.length);
        stack.receive(now, in, 0, 1);
    }

    /// The packet of a segment from the peer.
    public byte[] packet(String text) {
        return Packets.ip(remote, local, IpPacket.TCP, 0, parse(text));
    }

    /// What a packet of the other side says; null when it is no TCP.
    public String text(byte[] packet) {
        boolean v6 = packet[0] >> 4 == 6;
        if (packet[v6 ? 6 : 9] != IpPacket.TCP) return null;
        MemorySegment m = MemorySegment.ofArray(packet).asSlice(v6 ? 40 : 20);
        remember(m);
        return describe(m);
    }

    byte[] icmpError(byte[] packet, int type, int code, int word) {
        return Packets.icmpError(packet, remote, local, type, code, word);
    }

    /// The bytes of a segment from the peer.
    byte[] parse(String text) {
        Matcher m = SEGMENT.matcher(text.trim());
        if (!m.matches()) throw new IllegalArgumentException("no segment: " + text);
        int start = m.group(2) == null ? 0 : Integer.parseInt(m.group(2));
        int length = m.group(4) == null ? 0 : Integer.parseInt(m.group(4));
        byte[] options = m.group(7) == null ? new byte[0] : options(m.group(7));
        byte[] tcp = new byte[20 + options.length + length];
        MemorySegment memory = MemorySegment.ofArray(tcp);
        memory.set(ByteOrders.BE16, 0, (short) remotePort);
        memory.set(ByteOrders.BE16, 2, (short) localPort);
        memory.set(ByteOrders.BE32, 4, PEER_FIRST + start);
        if (m.group(5) != null)
            memory.set(ByteOrders.BE32, 8, first + Integer.parseInt(m.group(5)));
        tcp[12] = (byte) ((20 + options.length) / 4 << 4);
        tcp[13] = (byte) flags(m.group(1));
        int window = m.group(6) == null ? 65_535 : Integer.parseInt(m.group(6));
        memory.set(ByteOrders.BE16, 14, (short) window);
        System.arraycopy(options, 0, tcp, 20, options.length);
        for (int i = 0; i < length; i++) tcp[20 + options.length + i] = payload(start - 1 + i);
        return tcp;
    }

    private static int flags(String text) {
        int flags = 0;
        for (char c : text.toCharArray()) {
            if (c != '-') flags |= 1 << FLAGS.indexOf(c);
        }
        return flags;
    }

    private byte[] options(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String option : text.split(",")) {
            String[] words = option.trim().split(" +");
            switch (words[0]) {
                case "mss" -> {
                    put8(bytes, 2, 4);
                    put16(bytes, Integer.parseInt(words[1]));
                }
                case "ws" -> put8(bytes, 1, 3, 3, Integer.parseInt(words[1]));
                case "sackOK" -> put8(bytes, 1, 1, 4, 2);
                case "nop" -> put8(bytes, 1);
                case "TS" -> {
                    put8(bytes, 1, 1, 8, 10);
                    put32(bytes, Integer.parseInt(words[2]));
                    put32(bytes, firstStamp + Integer.parseInt(words[4]));
                }
                case "sack" -> {
                    put8(bytes, 1, 1, 5, 2 + 8 * (words.length - 1));
                    for (int i = 1; i < words.length; i++) {
                        String[] ends = words[i].split(":");
                        put32(bytes, first + Integer.parseInt(ends[0]));
                        put32(bytes, first + Integer.parseInt(ends[1]));
                    }
                }
                default -> throw new IllegalArgumentException("no option: " + option);
            }
        }
        while (bytes.size() % 4 != 0) bytes.write(0);
        return bytes.toByteArray();
    }

    private static void put8(ByteArrayOutputStream bytes, int... values) {
        for (int value : values) bytes.write(value);
    }

    private static void put16(ByteArrayOutputStream bytes, int value) {
        put8(bytes, value >> 8, value);
    }

    private static void put32(ByteArrayOutputStream bytes, int value) {
        put16(bytes, value >>> 16);
        put16(bytes, value);
    }

    /// Compares what the stack sent with the text of a script.
    void compare(SentSegment sent, String expected) {
        byte[] packet = sent.packet();
        int header = local.v6() ? 40 : 20;
        int protocol = local.v6() ? packet[6] : packet[9];
        assertThat(protocol).as("protocol").isEqualTo(IpPacket.TCP);
        MemorySegment m = MemorySegment.ofArray(packet).asSlice(header);
        remember(m);
        Matcher want = SEGMENT.matcher(expected.trim());
        if (!want.matches()) throw new IllegalArgumentException("no segment: " + expected);
        String is = describe(m);
        assertThat(m.get(ByteOrders.U8, 13) & 0xff)
                .as("flags of " + is)
                .isEqualTo(flags(want.group(1)));
        int data = (m.get(ByteOrders.U8, 12) >> 4 & 15) * 4;
        int length = (int) m.byteSize() - data;
        if (want.group(2) != null) {
            assertThat(m.get(ByteOrders.BE32, 4) - first)
                    .as("sequence number of " + is)
                    .isEqualTo(Integer.parseInt(want.group(2)));
            assertThat(length).as("length of " + is).isEqualTo(Integer.parseInt(want.group(4)));
        }
        if (want.group(5) != null) {
            assertThat(m.get(ByteOrders.BE32, 8) - PEER_FIRST)
                    .as("acknowledgement of " + is)
                    .isEqualTo(Integer.parseInt(want.group(5)));
        }
        if (want.group(6) != null) {
            assertThat(m.get(ByteOrders.BE16, 14) & 0xffff)
                    .as("window of " + is)
                    .isEqualTo(Integer.parseInt(want.group(6)));
        }
        if (want.group(7) != null) assertThat(optionText(m, data)).isEqualTo(want.group(7));
        int start = m.get(ByteOrders.BE32, 4) - first - 1;
        for (int i = 0; i < length; i++) {
            assertThat(m.get(ByteOrders.U8, data + i))
                    .as("byte " + i)
                    .isEqualTo(payload(start + i));
        }
    }

    /// The last SYN says where the stack's numbers begin.
    private void remember(MemorySegment m) {
        boolean isSyn = (m.get(ByteOrders.U8, 13) & 2) != 0;
        if (isSyn) {
            localPort = m.get(ByteOrders.BE16, 0) & 0xffff;
            remotePort = m.get(ByteOrders.BE16, 2) & 0xffff;
            first = m.get(ByteOrders.BE32, 4);
        }
        int data = (m.get(ByteOrders.U8, 12) >> 4 & 15) * 4;
        for (int at = 20; !knowsStamp && at < data; ) {
            int kind = m.get(ByteOrders.U8, at);
            if (kind == 8) {
                firstStamp = m.get(ByteOrders.BE32, at + 2);
                knowsStamp = true;
            }
            at += kind <= 1 ? 1 : m.get(ByteOrders.U8, at + 1);
        }
    }

    private String describe(MemorySegment m) {
        int data = (m.get(ByteOrders.U8, 12) >> 4 & 15) * 4;
        StringBuilder text = new StringBuilder();
        int flags = m.get(ByteOrders.U8, 13) & 0xff;
        for (int i = 0; i < 8; i++) {
            if ((flags >> i & 1) != 0) text.append(FLAGS.charAt(i));
        }
        int sequence = m.get(ByteOrders.BE32, 4) - first;
        int length = (int) m.byteSize() - data;
        text.append(" %d:%d(%d)".formatted(sequence, sequence + length, length));
        text.append(" ack ").append(m.get(ByteOrders.BE32, 8) - PEER_FIRST);
        text.append(" win ").append(m.get(ByteOrders.BE16, 14) & 0xffff);
        return text.append(" <").append(optionText(m, data)).append('>').toString();
    }

    private String optionText(MemorySegment m, int data) {
        StringBuilder text = new StringBuilder();
        for (int at = 20; at < data; ) {
            int kind = m.get(ByteOrders.U8, at);
            if (kind <= 1) {
                at++;
                continue;
            }
            if (text.length() > 0) text.append(',');
            int length = m.get(ByteOrders.U8, at + 1);
            switch (kind) {
                case 2 -> text.append("mss ").append(m.get(ByteOrders.BE16, at + 2) & 0xffff);
                case 3 -> text.append("ws ").append(m.get(ByteOrders.U8, at + 2));
                case 4 -> text.append("sackOK");
                case 5 -> {
                    text.append("sack");
                    for (int i = 2; i < length; i += 8) {
                        text.append(" ").append(m.get(ByteOrders.BE32, at + i) - PEER_FIRST);
                        text.append(":").append(m.get(ByteOrders.BE32, at + i + 4) - PEER_FIRST);
                    }
                }
                case 8 -> {
                    text.append("TS val ").append(m.get(ByteOrders.BE32, at + 2) - firstStamp);
                    text.append(" ecr ").append(m.get(ByteOrders.BE32, at + 6));
                }
                default -> text.append("option ").append(kind);
            }
            at += length;
        }
        return text.toString();
    }

    @Override
    public void close() {
        out.close();
        in.close();
    }
}
