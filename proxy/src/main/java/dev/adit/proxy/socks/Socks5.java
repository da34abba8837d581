package dev.adit.proxy.socks;

import dev.adit.proxy.stream.BadRequestException;
import dev.adit.proxy.stream.HostNames;
import dev.adit.proxy.stream.RequestReader;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;

/// The server's side of a SOCKS5 handshake (RFC 1928), with user names and passwords (RFC 1929) if
/// there are users. Confined to one thread.
public final class Socks5 implements SocksAnswer {
    private final RequestReader in;
    private final OutputStream out;
    private final @Nullable Users users;

    /// @param in behind the version, which told this protocol from others
    /// @param users or null to let everyone in
    public Socks5(RequestReader in, OutputStream out, @Nullable Users users) {
        this.in = in;
        this.out = out;
        this.users = users;
    }

    /// Negotiates the method, lets the client in and reads its request.
    ///
    /// @return null when the client was refused and told so
    public @Nullable SocksRequest negotiate() throws IOException {
        Users known = users;
        if (!agreeOnMethod() || known != null && !login(known)) return null;
        if (in.octet() != VERSION) throw new BadRequestException("not a SOCKS5 request");
        int command = in.octet();
        in.octet(); // reserved
        String host = address();
        int port = in.port();
        if (host == null) {
            reply(SocksReply.ADDRESS_TYPE_NOT_SUPPORTED, null, 0);
            return null;
        }
        if (command == SocksRequest.CONNECT || command == SocksRequest.UDP_ASSOCIATE) {
            return new SocksRequest(command, HostNames.check(host), port);
        }
        reply(SocksReply.COMMAND_NOT_SUPPORTED, null, 0);
        return null;
    }

    private boolean agreeOnMethod() throws IOException {
        int wanted = users == null ? NO_AUTHENTICATION : PASSWORD;
        boolean isOffered = false;
        for (byte method : in.octets(in.octet())) isOffered |= method == wanted;
        out.write(new byte[] {VERSION, (byte) (isOffered ? wanted : NO_METHOD)});
        return isOffered;
    }

    private boolean login(Users known) throws IOException {
        if (in.octet() != PASSWORD_VERSION) throw new BadRequestException("not a SOCKS5 login");
        byte[] name = in.octets(in.octet());
        byte[] password = in.octets(in.octet());
        boolean isKnown = known.check(name, password); // erases the password
        out.write(new byte[] {PASSWORD_VERSION, (byte) (isKnown ? 0 : 1)});
        return isKnown;
    }

    /// The host of a request, or null for a kind of address that is not known.
    private @Nullable String address() throws IOException {
        return switch (in.octet()) {
            case IPV4 -> InetAddress.getByAddress(in.octets(4)).getHostAddress();
            case NAME -> in.counted();
            case IPV6 -> text(in.octets(16));
            default -> null;
        };
    }

    /// A mapped IPv4 address is one of IPv4.
    private static String text(byte[] v6) throws IOException {
        return InetAddress.getByAddress(v6).getHostAddress();
    }

    @Override
    public void connected() throws IOException {
        reply(SocksReply.SUCCEEDED, null, 0);
    }

    @Override
    public void failed(IOException reason) throws IOException {
        reply(SocksReply.of(reason), null, 0);
    }

    /// Answers the request.
    ///
    /// @param bound the address from which the target is reached, or null for none
    public void reply(SocksReply reply, @Nullable InetAddress bound, int port) throws IOException {
        byte[] address = bound == null ? new byte[4] : bound.getAddress();
        byte[] message = new byte[4 + address.length + 2];
        message[0] = VERSION;
        message[1] = (byte) reply.code();
        message[3] = (byte) (address.length == 4 ? IPV4 : IPV6);
        System.arraycopy(address, 0, message, 4, address.length);
        message[message.length - 2] = (byte) (port >> 8);
        message[message.length - 1] = (byte) port;
        out.write(message);
    }

    /// The first byte of a SOCKS5 client.
    public static final int VERSION = 5;

    private static final int NO_AUTHENTICATION = 0;
    private static final int PASSWORD = 2;
    private static final int NO_METHOD = 0xff;
    private static final int PASSWORD_VERSION = 1;
    private static final int IPV4 = 1;
    private static final int NAME = 3;
    private static final int IPV6 = 4;
}
