package dev.adit.ip.header;

import dev.adit.fuzz.Input;
import dev.adit.fuzz.ReferenceChecksums;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Packets of a few flows that continue each other, until something unexpected happens. Stateless.
public final class Traffic {
    /// At most [#MAX_PACKETS] packets, none longer than [#MAX_LENGTH].
    public static List<byte[]> read(Input input) {
        Crafted[] flows = new Crafted[FLOWS];
        for (int i = 0; i < FLOWS; i++) flows[i] = flow(i, input.u8());
        List<byte[]> packets = new ArrayList<>();
        while (!input.isEmpty() && packets.size() < MAX_PACKETS) {
            int what = input.u8(), which = what % FLOWS;
            if (what >= RAW) {
                packets.add(input.bytes(input.u8()));
                continue;
            }
            Crafted packet = flows[which];
            if (what >= CHANGED) change(packet, input);
            packet.payload = payload(packet.payload.length, packets.size());
            byte[] built = packet.build();
            if (what >= SPOILT) spoil(built, input);
            packets.add(built);
            packet.sequence += packet.payload.length;
            packet.id++;
        }
        return packets;
    }

    private static Crafted flow(int number, int choice) {
        Crafted flow = new Crafted();
        flow.source = 1 + number;
        flow.v6 = (choice & 1) != 0;
        flow.tcp = (choice & 2) != 0;
        flow.fragment = (choice & 4) != 0 ? 0x4000 : 0;
        flow.payload = new byte[1 + (choice >> 3) * 50];
        return flow;
    }

    private static byte[] payload(int length, int number) {
        byte[] payload = new byte[length];
        for (int i = 0; i < length; i++) payload[i] = (byte) (number + i);
        return payload;
    }

    private static void change(Crafted packet, Input input) {
        int value = input.u16();
        switch (input.below(13)) {
            case 0 -> packet.trafficClass = value & 0xff;
            case 1 -> packet.hops = value & 0xff;
            case 2 -> packet.fragment = value;
            case 3 -> packet.id = value;
            case 4 -> packet.sequence += (short) value;
            case 5 -> packet.acknowledgement += (short) value;
            case 6 -> {
                packet.flags = value & 0xff;
                packet.reserved = value >> 8 & 15;
                packet.urgent = value >> 12;
            }
            case 7 -> packet.window = value;
            case 8 -> packet.options = new byte[value % 11 * 4];
            case 9 -> packet.payload = new byte[value % 1500];
            case 10 -> packet.spoilChecksum = (value & 1) != 0;
            case 11 -> packet.withoutChecksum = (value & 1) != 0;
            default -> packet.source = 1 + value % FLOWS;
        }
    }

    private static void spoil(byte[] packet, Input input) {
        packet[input.u8() % packet.length] ^= (byte) input.u8();
    }

    /// True for a packet that is as long as its header says.
    public static boolean isWhole(byte[] packet) {
        int first = packet.length < 20 ? 0 : packet[0] >> 4 & 15;
        if (first == 4) return (ByteBuffer.wrap(packet).getShort(2) & 0xffff) == packet.length;
        boolean v6 = first == 6 && packet.length >= 40;
        return v6 && (ByteBuffer.wrap(packet).getShort(4) & 0xffff) + 40 == packet.length;
    }

    /// The packet without what may differ once it was merged and cut again: the identification of
    /// one that is not to be fragmented, which means nothing, and checksums as far as they are
    /// right, of which zero has two spellings.
    public static byte[] essence(byte[] packet) {
        byte[] essence = packet.clone();
        boolean v6 = packet[0] >> 4 == 6;
        int transport = v6 ? 40 : 20, protocol = packet[v6 ? 6 : 9];
        if (!v6 && ReferenceChecksums.rightHeader(packet)) {
            if ((packet[6] & 0x40) != 0) Arrays.fill(essence, 4, 6, (byte) 0);
            Arrays.fill(essence, 10, 12, (byte) 0);
        }
        if (ReferenceChecksums.rightTransport(packet, transport, protocol)) {
            int field = transport + (protocol == 6 ? 16 : 6);
            Arrays.fill(essence, field, field + 2, (byte) 0);
        }
        return essence;
    }

    /// True when `second` must not overtake `first`: both may be of one flow.
    static boolean mayBeOfOneFlow(byte[] first, byte[] second) {
        byte[] one = flow(first), other = flow(second);
        return one == null || other == null || Arrays.equals(one, other);
    }

    /// Addresses, protocol and ports; null where nobody can tell.
    private static byte[] flow(byte[] packet) {
        if (!isWhole(packet)) return null;
        boolean v6 = packet[0] >> 4 == 6;
        int transport = v6 ? 40 : 20, addresses = v6 ? 8 : 12;
        int protocol = packet[v6 ? 6 : 9];
        boolean fragment = !v6 && (ByteBuffer.wrap(packet).getShort(6) & 0x3fff) != 0;
        boolean plain = v6 || packet[0] == 0x45 && !fragment;
        if (!plain || packet.length < transport + 8 || (protocol != 6 && protocol != 17))
            return null;
        byte[] flow = Arrays.copyOfRange(packet, addresses, transport + 5);
        flow[flow.length - 1] = (byte) protocol;
        return flow;
    }

    /// No list has more packets.
    public static final int MAX_PACKETS = 160;

    /// No packet is longer.
    public static final int MAX_LENGTH = 1700;

    private static final int FLOWS = 4;
    private static final int CHANGED = 150; // of 256
    private static final int SPOILT = 230;
    private static final int RAW = 248;

    private Traffic() {}
}
