package dev.adit.proxy.socks;

import dev.adit.proxy.stream.BadRequestException;
import dev.adit.proxy.stream.HostNames;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// The header before the payload of a datagram that goes through a SOCKS5 proxy (RFC 1928 §7).
/// Immutable.
///
/// @param host a name or an address
/// @param port 1 to 65535
record UdpHeader(String host, int port) {
    /// Reads a header, behind which `datagram` is left.
    ///
    /// @throws BadRequestException when it is none, or that of a fragment, which is not supported
    static UdpHeader read(ByteBuffer datagram) throws BadRequestException {
        try {
            if (datagram.getShort() != 0) throw new BadRequestException("not a SOCKS5 datagram");
            if (datagram.get() != 0) throw new BadRequestException("a fragment");
            String host = host(datagram, datagram.get());
            int port = datagram.getShort() & 0xffff;
            if (port == 0) throw new BadRequestException("no port");
            return new UdpHeader(HostNames.check(host), port);
        } catch (BufferUnderflowException e) {
            throw new BadRequestException("a datagram without its header");
        }
    }

    private static String host(ByteBuffer datagram, int type) throws BadRequestException {
        return switch (type) {
            case IPV4 -> address(datagram, 4);
            case IPV6 -> address(datagram, 16);
            case NAME -> {
                byte[] name = new byte[datagram.get() & 0xff];
                datagram.get(name);
                yield new String(name, StandardCharsets.ISO_8859_1);
            }
            default -> throw new BadRequestException("a kind of address that is not known");
        };
    }

    private static String address(ByteBuffer datagram, int length) {
        byte[] bytes = new byte[length];
        datagram.get(bytes);
        try {
            return InetAddress.getByAddress(bytes).getHostAddress();
        } catch (UnknownHostException e) {
            throw new AssertionError(e); // of that length
        }
    }

    /// Writes the header of a datagram that came from `from`.
    static void write(ByteBuffer datagram, InetAddress from, int port) {
        byte[] address = from.getAddress();
        datagram.putShort((short) 0).put((byte) 0);
        datagram.put((byte) (address.length == 4 ? IPV4 : IPV6)).put(address);
        datagram.putShort((short) port);
    }

    /// Bytes of the longest header that [#write] writes.
    static final int MOST_BYTES = 4 + 16 + 2;

    private static final int IPV4 = 1;
    private static final int NAME = 3;
    private static final int IPV6 = 4;
}
