package dev.adit.it.tcp;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A script for each state and each kind of segment (RFC 9293 §3.10.7). Stateless.
final class StateTable {
    /// How a connection gets into a state, and then RCV.NXT and SND.NXT.
    private record Setup(int rcvNxt, int sndNxt, String script) {}

    private static final String ESTABLISHED =
            """
            listen
            < S 0:0(0) win 65535 <mss 1000>
            wait 0.3
            < . 1:1(0) ack 1
            accept
            """;

    private static final String CLOSE_WAIT = ESTABLISHED + "< F. 1:1(0) ack 1\n";
    private static final String FIN_WAIT_1 = ESTABLISHED + "shutdown\n";
    private static final String FIN_WAIT_2 = FIN_WAIT_1 + "< . 1:1(0) ack 2\n";

    private static final Map<String, Setup> STATES =
            Map.of(
                    "LISTEN", new Setup(0, 0, "listen\n"),
                    "SYN-SENT", new Setup(0, 1, "connect\n"),
                    "SYN-RECEIVED", new Setup(1, 1, "listen\n< S 0:0(0) win 65535 <mss 1000>\n"),
                    "ESTABLISHED", new Setup(1, 1, ESTABLISHED),
                    "FIN-WAIT-1", new Setup(1, 2, FIN_WAIT_1),
                    "FIN-WAIT-2", new Setup(1, 2, FIN_WAIT_2),
                    "CLOSE-WAIT", new Setup(2, 1, CLOSE_WAIT),
                    "CLOSING", new Setup(2, 2, FIN_WAIT_1 + "< F. 1:1(0) ack 1\n"),
                    "LAST-ACK", new Setup(2, 2, CLOSE_WAIT + "shutdown\n"),
                    "TIME-WAIT", new Setup(2, 2, FIN_WAIT_2 + "< F. 1:1(0) ack 2\n"));

    /// The segments; r is RCV.NXT and s is SND.NXT.
    private static final String[] SEGMENTS = {
        "R {r}:{r}(0)",
        "R {r+9}:{r+9}(0)",
        "R {r+999999}:{r+999999}(0)",
        "R. {r}:{r}(0) ack {s}",
        "S {r}:{r}(0) win 1000",
        "S. {r}:{r}(0) ack {s} win 1000",
        "P {r}:{r+10}(10)",
        ". {r}:{r}(0) ack {s}",
        ". {r}:{r}(0) ack {s+1000}",
        ". {r}:{r}(0) ack {s-1}",
        "P. {r}:{r+10}(10) ack {s}",
        "P. {r+999999}:{r+1000009}(10) ack {s}",
        "F. {r}:{r}(0) ack {s}",
        "F. {r}:{r}(0) ack {s-1}",
        ". {r-1}:{r-1}(0) ack {s}"
    };

    /// One state and one segment.
    record Cell(String state, String segment, String script) {
        @Override
        public String toString() {
            return state + " hears " + segment;
        }
    }

    static List<Cell> cells() {
        List<Cell> cells = new ArrayList<>();
        for (String state : STATES.keySet().stream().sorted().toList()) {
            Setup setup = STATES.get(state);
            for (String segment : SEGMENTS) {
                String script = setup.script + "< " + fill(segment, setup) + "\n";
                cells.add(new Cell(state, segment, script));
            }
        }
        return cells;
    }

    private static String fill(String text, Setup setup) {
        StringBuilder filled = new StringBuilder();
        for (String part : text.split("(?=\\{)|(?<=\\})")) {
            if (!part.startsWith("{")) {
                filled.append(part);
                continue;
            }
            int base = part.charAt(1) == 'r' ? setup.rcvNxt : setup.sndNxt;
            String offset = part.substring(2, part.length() - 1);
            filled.append(Math.max(0, base + (offset.isEmpty() ? 0 : Integer.parseInt(offset))));
        }
        return filled.toString();
    }

    private StateTable() {}
}
