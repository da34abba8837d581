package dev.adit.it.tcp;

import dev.adit.stack.script.Wire;
import dev.adit.stack.socket.FourTuple;

import java.util.ArrayList;
import java.util.List;

/// A script of what a peer sends and a program calls. Run against a TCP, it gives a trace: each
/// line of the script with what came of it, and below it what was sent, until nothing was for 60
/// ms. Immutable.
///
/// ```
/// < S 0:0(0) win 65535 <mss 1000>    the peer sends, in the language of dev.adit.stack.script
/// wait 1.5                           seconds
/// listen | connect | connected | accept | write 1000 | read | shutdown | close | abort
/// ```
record TcpScript(String name, String text) {
    List<String> run(TcpSubject subject, FourTuple pair) throws Exception {
        List<String> trace = new ArrayList<>();
        try (Wire wire =
                new Wire(
                        pair.localAddress(),
                        pair.localPort(),
                        pair.remoteAddress(),
                        pair.remotePort())) {
            for (String line : text.split("\n")) {
                if (!line.isBlank()) step(line.strip(), subject, wire, trace);
            }
        }
        return trace;
    }

    private static void step(String line, TcpSubject subject, Wire wire, List<String> trace)
            throws Exception {
        String[] words = line.split(" +");
        String result = call(words, line, subject, wire);
        trace.add(result.isEmpty() ? line : line + ": " + result);
        boolean waits = words[0].equals("wait");
        collect(subject, wire, trace, waits ? Double.parseDouble(words[1]) : 0);
    }

    private static String call(String[] words, String line, TcpSubject subject, Wire wire)
            throws Exception {
        switch (words[0]) {
            case "<" -> subject.deliver(wire.packet(line.substring(1).strip()));
            case "listen" -> subject.listen();
            case "connect" -> subject.connect();
            case "accept" -> {
                return subject.accept();
            }
            case "wait" -> {}
            default -> {
                return subject.hasConnection() ? call(words, subject) : "no connection";
            }
        }
        return "";
    }

    private static String call(String[] words, TcpSubject subject) throws Exception {
        switch (words[0]) {
            case "connected" -> {
                return subject.connected();
            }
            case "write" -> {
                return subject.write(Integer.parseInt(words[1]));
            }
            case "read" -> {
                return subject.read();
            }
            case "shutdown" -> {
                return subject.shutdown();
            }
            case "close", "abort" -> subject.end(words[0].equals("abort"));
            default -> throw new IllegalArgumentException("what is " + words[0]);
        }
        return "";
    }

    private static void collect(TcpSubject subject, Wire wire, List<String> trace, double seconds)
            throws Exception {
        long end = subject.time() + (long) (seconds * 1e9);
        while (true) {
            byte[] packet = subject.next(Math.max(end - subject.time(), QUIET));
            if (packet == null) return;
            String sent = wire.text(packet);
            if (sent != null) trace.add("    > " + normal(sent));
        }
    }

    /// Without what differs between two right implementations: windows that are open, the scale,
    /// the clock of the timestamps, where a batch of data is pushed.
    private static String normal(String sent) {
        String text = sent.replaceFirst(" win [1-9]\\d*", "").replace(" <>", "");
        text = text.replaceFirst("ws \\d+", "ws").replaceFirst("TS val -?\\d+ ecr", "TS ecr");
        String flags = text.substring(0, text.indexOf(' '));
        if (flags.contains("R")) text = text.replace(" win 0", "");
        text = flags.replace("P", "") + text.substring(flags.length());
        if (!flags.contains(".")) text = text.replaceFirst(" ack -?\\d+", "");
        return text.replaceAll("-?\\d{8,}", "?"); // a number that is not relative to anything
    }

    private static final long QUIET = 60_000_000L;
}
