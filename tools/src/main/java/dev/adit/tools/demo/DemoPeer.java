package dev.adit.tools.demo;

import dev.adit.tools.terminal.Command;
import dev.adit.tools.terminal.CommandFailure;
import dev.adit.tools.terminal.Terminal;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;

/// The internal command that the demonstration runs on its hosts: services on one, measurements on
/// the other. Immutable.
public record DemoPeer() implements Command {
    @Override
    public String name() {
        return "demo-peer";
    }

    @Override
    public @Nullable String summary() {
        return null;
    }

    @Override
    public String usage() {
        return "demo-peer { serve <address>... | warm-up <address> | echo <address> | bulk"
                + " <address> }";
    }

    /// Serves or measures until it is done or standard input ends.
    @Override
    public int run(Terminal terminal, List<String> arguments) throws CommandFailure, IOException {
        if (arguments.size() < 2) throw CommandFailure.usage();
        InetAddress address = InetAddress.ofLiteral(arguments.get(1));
        switch (arguments.getFirst()) {
            case "serve" -> {
                for (String text : arguments.subList(1, arguments.size())) start(terminal, text);
                awaitEnd(terminal);
            }
            case "echo" -> {
                Thread.ofPlatform().daemon().start(() -> endTogether(terminal));
                terminal.print(UdpPing.measure(address, PORT, ECHOES).toLine());
            }
            case "warm-up" -> {
                Thread.ofPlatform().daemon().start(() -> endTogether(terminal));
                UdpPing.measure(address, PORT, ECHOES); // also waits until the server listens
                BulkTransfer.measure(address, PORT, MOST_BYTES, MOST_SECONDS);
            }
            case "bulk" -> {
                Thread.ofPlatform().daemon().start(() -> endTogether(terminal));
                terminal.print(
                        BulkTransfer.measure(address, PORT, MOST_BYTES, MOST_SECONDS).toLine());
            }
            default -> throw CommandFailure.usage();
        }
        return 0;
    }

    private interface Service {
        void serve(InetAddress address, int port) throws IOException;
    }

    private static void start(Terminal terminal, String text) {
        InetAddress address = InetAddress.ofLiteral(text);
        for (Service service : List.<Service>of(UdpPing::serve, BulkTransfer::serve)) {
            Thread.ofPlatform().daemon().start(() -> serve(terminal, service, address));
        }
    }

    private static void serve(Terminal terminal, Service service, InetAddress address) {
        try {
            service.serve(address, PORT);
        } catch (IOException e) {
            terminal.warn("demo-peer: " + e.getMessage());
        }
    }

    private static void endTogether(Terminal terminal) {
        try {
            awaitEnd(terminal);
        } catch (IOException e) {
            // Ends as well.
        }
        Runtime.getRuntime().halt(1);
    }

    private static void awaitEnd(Terminal terminal) throws IOException {
        while (terminal.in().read() >= 0) {
            // Standard input stays empty.
        }
    }

    private static final int PORT = 7777;
    private static final int ECHOES = 20;
    private static final long MOST_BYTES = 256L << 20;
    private static final int MOST_SECONDS = 3;
}
