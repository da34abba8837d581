package dev.adit.proxy.forward;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/// Writes the header of HAProxy's PROXY protocol, version 2, which tells a server the address of
/// the original client. Stateless.
final class ProxyProtocol {
    /// The header of a TCP connection from `source` to `destination`, of the same family.
    static byte[] header(InetSocketAddress source, InetSocketAddress destination) {
        byte[] from = source.getAddress().getAddress();
        byte[] to = destination.getAddress().getAddress();
        int length = from.length + to.length + 4;
        ByteBuffer header = ByteBuffer.allocate(SIGNATURE.length + 4 + length);
        header.put(SIGNATURE).put(VERSION_2_PROXY);
        header.put(from.length == 4 ? TCP_OVER_IPV4 : TCP_OVER_IPV6).putShort((short) length);
        header.put(from).put(to);
        header.putShort((short) source.getPort()).putShort((short) destination.getPort());
        return header.array();
    }

    private static final byte[] SIGNATURE = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a");
    private static final byte VERSION_2_PROXY = 0x21;
    private static final byte TCP_OVER_IPV4 = 0x11;
    private static final byte TCP_OVER_IPV6 = 0x21;

    private ProxyProtocol() {}
}
