import dev.adit.net.Network;

import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Fetches a page from a server behind WireGuard: `FetchPage office.conf wiki.internal 80 /`.
///
/// No root, no TUN, no native library: the file is an ordinary one of wg-quick(8).
public class FetchPage {
    public static void main(String[] arguments) throws Exception {
        String host = arguments[1], path = arguments[3];
        int port = Integer.parseInt(arguments[2]);
        try (Network office = Network.open(Path.of(arguments[0]));
                Socket socket = office.socketFactory().createSocket(host, port)) {
            String request =
                    "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            InputStream answer = socket.getInputStream();
            answer.transferTo(System.out);
            System.out.flush();
        }
    }
}
