package dev.adit.it.lab;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A program that carries one file over one TCP connection: `serve PORT FILE` or `fetch ADDRESS
/// PORT FILE`.
public final class FileOverTcp {

    /// The command that runs it in `netns`.
    public static Command in(Netns netns, String... arguments) {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        List<String> argv = new ArrayList<>(List.of(java.toString(), "-cp", "target/test-classes"));
        argv.add(FileOverTcp.class.getName());
        argv.addAll(List.of(arguments));
        return netns.command(argv.toArray(String[]::new));
    }

    public static void main(String[] args) throws Exception {
        if (args[0].equals("serve")) {
            try (ServerSocket server = new ServerSocket(Integer.parseInt(args[1]));
                    Socket client = server.accept();
                    OutputStream out = client.getOutputStream()) {
                Files.copy(Path.of(args[2]), out);
            }
        } else {
            InetSocketAddress server = new InetSocketAddress(args[1], Integer.parseInt(args[2]));
            try (Socket socket = new Socket()) {
                socket.connect(server, 10_000);
                try (InputStream in = socket.getInputStream()) {
                    Files.copy(in, Path.of(args[3]));
                }
            }
        }
    }

    private FileOverTcp() {}
}
