import dev.adit.net.Network;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Serves a page to the peers of a WireGuard network only: `ServePage office.conf 8080`. It ends
/// with its standard input.
public class ServePage {
    public static void main(String[] arguments) throws Exception {
        try (Network office = Network.open(Path.of(arguments[0]))) {
            ServerSocket web = office.listen(Integer.parseInt(arguments[1]));
            Thread.ofVirtual().start(() -> serve(web));
            System.out.println("serving on " + office.addresses() + " port " + web.getLocalPort());
            while (System.in.read() >= 0) {}
        }
    }

    private static void serve(ServerSocket web) {
        try {
            while (true) {
                Socket client = web.accept();
                Thread.ofVirtual().start(() -> answer(client));
            }
        } catch (IOException closed) {
            return;
        }
    }

    private static void answer(Socket client) {
        try (client) {
            BufferedReader request =
                    new BufferedReader(
                            new InputStreamReader(
                                    client.getInputStream(), StandardCharsets.US_ASCII));
            for (String line = request.readLine();
                    line != null && !line.isEmpty();
                    line = request.readLine()) {}
            String page = "hello from inside, " + client.getInetAddress().getHostAddress() + "\n";
            String head =
                    "HTTP/1.1 200 OK\r\nContent-Length: "
                            + page.length()
                            + "\r\nConnection: close\r\n\r\n";
            client.getOutputStream().write((head + page).getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            System.err.println(e);
        }
    }
}
