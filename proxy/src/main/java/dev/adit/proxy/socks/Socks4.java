package dev.adit.proxy.socks;

import dev.adit.proxy.stream.BadRequestException;
import dev.adit.proxy.stream.HostNames;
import dev.adit.proxy.stream.RequestReader;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;

/// The server's side of a SOCKS4 handshake, with names as SOCKS4a has them. It knows no passwords,
/// so it is refused where there are users. Confined to one thread.
public final class Socks4 implements SocksAnswer {
    private final RequestReader in;
    private final OutputStream out;

    /// @param in behind the version, which told this protocol from others
    public Socks4(RequestReader in, OutputStream out) {
        this.in = in;
        this.out = out;
    }

    /// Reads the request.
    ///
    /// @return null when it was refused
    public @Nullable SocksRequest read() throws IOException {
        int command = in.octet();
        int port = in.port();
        byte[] address = in.octets(4);
        in.until(0, MOST_USER); // whoever it says to be
        boolean isNamed = address[0] == 0 && address[1] == 0 && address[2] == 0 && address[3] != 0;
        String host =
                isNamed
                        ? in.until(0, MOST_NAME)
                        : InetAddress.getByAddress(address).getHostAddress();
        if (command == SocksRequest.CONNECT) {
            return new SocksRequest(command, HostNames.check(host), port);
        }
        if (command != BIND) throw new BadRequestException("not a SOCKS4 request");
        reply(false);
        return null;
    }

    @Override
    public void connected() throws IOException {
        reply(true);
    }

    @Override
    public void failed(IOException reason) throws IOException {
        reply(false);
    }

    private void reply(boolean isGranted) throws IOException {
        byte[] message = new byte[8];
        message[1] = isGranted ? GRANTED : REJECTED;
        out.write(message);
    }

    /// The first byte of a SOCKS4 client.
    public static final int VERSION = 4;

    private static final int BIND = 2;
    private static final byte GRANTED = 90;
    private static final byte REJECTED = 91;
    private static final int MOST_USER = 255;
    private static final int MOST_NAME = 255;
}
