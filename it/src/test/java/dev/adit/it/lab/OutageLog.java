package dev.adit.it.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Whether what [NumberedTraffic] has seen can be explained: each packet that did not arrive was
/// sent in a time for which somebody has said why. Thread-safe.
public final class OutageLog {
    private record Window(String cause, long from, long to) {
        boolean covers(long begin, long end) {
            return from <= begin && end <= to;
        }
    }

    private final List<Window> windows = new ArrayList<>();
    private final Map<String, Long> lost = new TreeMap<>();
    private final List<String> unexplained = new ArrayList<>();
    private long sent, received, duplicates, reordered, corrupt;
    private long tcpRight, tcpBytes, tcpWrong, tcpFailed;

    /// Packets may be lost that were sent between these times, in milliseconds since 1970.
    public synchronized void excuse(String cause, long from, long to) {
        windows.add(new Window(cause, from - SLACK, to + SLACK));
    }

    /// Reads the reports of all programs, by their ids.
    public synchronized void read(Map<Integer, String> reports) {
        Map<String, Long> counts = new TreeMap<>();
        reports.forEach(
                (id, text) -> {
                    for (String line : text.lines().toList()) {
                        String[] word = line.split(" ");
                        if (word[0].equals("sent")) {
                            sent += Long.parseLong(word[2]);
                            counts.put(id + ">" + word[1], Long.valueOf(word[2]));
                        }
                    }
                });
        reports.forEach((id, text) -> text.lines().forEach(line -> read(id, line, counts)));
        counts.forEach((flow, left) -> unexplained.add("nothing of " + left + " in " + flow));
    }

    private void read(int id, String line, Map<String, Long> counts) {
        String[] word = line.split(" ");
        switch (word[0]) {
            case "received" -> {
                received += Long.parseLong(word[2]);
                duplicates += Long.parseLong(word[4]);
                reordered += Long.parseLong(word[5]);
                corrupt += Long.parseLong(word[6]);
                long all = counts.remove(word[1] + ">" + id);
                long missing = all - 1 - Long.parseLong(word[3]);
                if (missing > 0) unexplained.add(missing + " at the end of " + word[1] + ">" + id);
            }
            case "gap" -> {
                long packets = Long.parseLong(word[2]);
                long from = Long.parseLong(word[3]), to = Long.parseLong(word[4]);
                String cause = cause(from, to);
                if (cause == null) {
                    unexplained.add(
                            packets + " of " + word[1] + ">" + id + " from " + from + " to " + to);
                } else {
                    lost.merge(cause, packets, Long::sum);
                }
            }
            case "tcp" -> readTcp(word, id);
            default -> {}
        }
    }

    private void readTcp(String[] word, int id) {
        long first = Long.parseLong(word[2]), second = Long.parseLong(word[3]);
        switch (word[1]) {
            case "right" -> {
                tcpRight += first;
                tcpBytes += second;
            }
            case "wrong" -> tcpWrong++;
            default -> {
                tcpFailed++;
                // A connection that begins while an interface is down has no route.
                if (cause(first, second) != null) return;
                unexplained.add("TCP of " + id + " from " + first + " to " + second);
            }
        }
    }

    /// The cause of a loss between these times, or null.
    private String cause(long from, long to) {
        for (Window window : windows) if (window.covers(from, to)) return window.cause;
        return null;
    }

    /// What is lost and nobody said why.
    public synchronized List<String> unexplained() {
        return List.copyOf(unexplained);
    }

    public synchronized long duplicates() {
        return duplicates;
    }

    /// Datagrams or transfers whose bytes are not those that were sent.
    public synchronized long corrupt() {
        return corrupt + tcpWrong;
    }

    public synchronized long received() {
        return received;
    }

    public synchronized long tcpRight() {
        return tcpRight;
    }

    /// All of it as rows of a table of two columns.
    public synchronized List<String> rows() {
        List<String> rows = new ArrayList<>();
        rows.add("| Numbered packets sent | %,d |".formatted(sent));
        rows.add("| received | %,d |".formatted(received));
        lost.forEach((cause, n) -> rows.add("| lost while %s | %,d |".formatted(cause, n)));
        rows.add("| lost and not explained | %d |".formatted(unexplained.size()));
        rows.add("| twice | %d |".formatted(duplicates));
        rows.add("| with other bytes | %d |".formatted(corrupt));
        rows.add("| out of order | %,d |".formatted(reordered));
        rows.add(
                "| TCP transfers whose SHA-256 was right | %,d, %,d MB |"
                        .formatted(tcpRight, tcpBytes / 1_000_000));
        rows.add(
                "| whose SHA-256 was wrong, or that broke | %d, %d |"
                        .formatted(tcpWrong, tcpFailed));
        return rows;
    }

    private static final long SLACK = 150; // milliseconds
}
