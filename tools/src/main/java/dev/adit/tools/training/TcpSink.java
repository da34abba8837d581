package dev.adit.tools.training;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;

/// The host behind the other end of the tunnel: a network namespace of its own with a program that
/// receives TCP data, so that large packets are carried too. Confined to one thread.
final class TcpSink implements AutoCloseable {
    private final List<String> tool;
    private final String address;
    private final Process server;

    private TcpSink(List<String> tool, String address, Process server) {
        this.tool = tool;
        this.address = address;
        this.server = server;
    }

    /// Moves the interface `name` to a namespace of its own, gives it `prefix`, and starts a server
    /// there.
    ///
    /// @param tool see [DaemonTraining#main]
    static TcpSink seat(List<String> tool, String name, String prefix) throws IOException {
        String address = prefix.substring(0, prefix.indexOf('/'));
        List<String> command = new ArrayList<>(List.of("unshare", "-n", "sh", "-c", SCRIPT));
        command.addAll(List.of("sh", name, prefix));
        command.addAll(tool);
        command.addAll(List.of("run_java_tool", "demo-peer", "serve", address));
        Process server =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        server.inputReader().readLine(); // now it is in its namespace
        run("ip", "link", "set", name, "netns", "" + server.pid());
        server.getOutputStream().write('\n');
        server.getOutputStream().flush();
        return new TcpSink(tool, address, server);
    }

    /// Sends as much as possible in a few seconds; repeats if the server was not listening yet.
    void transfer() throws IOException {
        for (int i = 0; i < TRANSFERS && server.isAlive(); i++) {
            run(tool, "run_java_tool", "demo-peer", "bulk", address);
        }
    }

    /// Runs a command to its end; its output goes to the log of the training run.
    static void run(String... command) throws IOException {
        run(List.of(command));
    }

    static void run(List<String> command, String... words) throws IOException {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of(words));
        try {
            new ProcessBuilder(all)
                    .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start()
                    .waitFor();
        } catch (InterruptedException e) {
            throw new InterruptedIOException(e.getMessage());
        }
    }

    /// Ends the server, which stops as soon as its standard input ends.
    @Override
    public void close() throws IOException {
        server.getOutputStream().close();
    }

    private static final String SCRIPT =
            """
            ip link set up dev lo
            echo here
            read -r there
            ip address add "$2" dev "$1"
            ip link set up dev "$1"
            shift 2
            exec "$@"
            """;

    private static final int TRANSFERS = 2;
}
