package dev.adit.proxy.socks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.fuzz.Input;
import dev.adit.fuzz.Target;
import dev.adit.proxy.stream.BadRequestException;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A datagram of a SOCKS5 client: refused, or its header is the same bytes when it is written
/// again, and all behind it is payload.
public final class UdpHeaderFuzz implements Target {
    @Override
    public void take(byte[] bytes) throws Exception {
        Input input = new Input(bytes);
        if (input.flag()) written(input);
        byte[] message = input.rest();
        ByteBuffer datagram = ByteBuffer.wrap(message);
        UdpHeader header;
        try {
            header = UdpHeader.read(datagram);
        } catch (BadRequestException refused) {
            assertThat(refused).hasMessageMatching("[a-zA-Z0-9 ]+");
            return;
        }
        assertThat(header.host()).matches("[A-Za-z0-9._:%-]{1,253}");
        assertThat(header.port()).isBetween(1, 65_535);
        byte[] again = encode(message[3], header);
        assertThat(again).isEqualTo(Arrays.copyOf(message, datagram.position()));
    }

    private static byte[] encode(int type, UdpHeader header) throws UnknownHostException {
        byte[] name = header.host().getBytes(StandardCharsets.US_ASCII);
        ByteBuffer to = ByteBuffer.allocate(300).putShort((short) 0).put((byte) 0).put((byte) type);
        if (type == 3) {
            to.put((byte) name.length).put(name);
        } else {
            byte[] address = InetAddress.ofLiteral(header.host()).getAddress();
            if (type == 4 && address.length == 4) to.put(new byte[10]).putShort((short) -1);
            to.put(address);
        }
        to.putShort((short) header.port());
        return Arrays.copyOf(to.array(), to.position());
    }

    /// What the proxy writes, it reads as the same.
    private static void written(Input input) throws Exception {
        byte[] address = new byte[input.flag() ? 16 : 4];
        for (int i = 0; i < address.length; i++) address[i] = (byte) input.u8();
        int port = Math.max(1, input.u16());
        InetAddress from = InetAddress.getByAddress(address);
        ByteBuffer datagram = ByteBuffer.allocate(UdpHeader.MOST_BYTES);
        UdpHeader.write(datagram, from, port);
        assertThat(UdpHeader.read(datagram.flip()))
                .isEqualTo(new UdpHeader(from.getHostAddress(), port));
        assertThat(datagram.remaining()).isZero();
    }
}
