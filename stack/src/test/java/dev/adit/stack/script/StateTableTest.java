package dev.adit.stack.script;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.stack.socket.Connection;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Every state and every kind of segment (RFC 9293 §3.10.7, with RFC 5961 §3 to §5 and RFC 1337):
/// what is answered, and which state follows.
class StateTableTest {
    /// How a connection gets into a state, and then SND.NXT and RCV.NXT. All that was sent is
    /// acknowledged but a FIN in FIN-WAIT-1, CLOSING and LAST-ACK and a SYN before.
    private record Setup(int sndNxt, int rcvNxt, String script) {}

    private static final String ESTABLISHED =
            """
            listen
            < S 0:0(0) win 65535 <mss 1000>
            > S. 0:0(0) ack 1
            +0.1 < . 1:1(0) ack 1
            accept
            """;

    private static final String CLOSE_WAIT = ESTABLISHED + "< F. 1:1(0) ack 1\n> . 1:1(0) ack 2\n";
    private static final String FIN_WAIT_1 = ESTABLISHED + "shutdown\n> F. 1:1(0) ack 1\n";
    private static final String FIN_WAIT_2 = FIN_WAIT_1 + "< . 1:1(0) ack 2\n";

    private static final Map<String, Setup> STATES =
            Map.ofEntries(
                    Map.entry("NONE", new Setup(0, 0, "")),
                    Map.entry("LISTEN", new Setup(0, 0, "listen\n")),
                    Map.entry("SYN_SENT", new Setup(1, 0, "connect\n> S 0:0(0)\n")),
                    Map.entry(
                            "SYN_RECEIVED",
                            new Setup(
                                    1,
                                    1,
                                    "listen\n"
                                            + "< S 0:0(0) win 65535 <mss 1000>\n"
                                            + "> S. 0:0(0) ack 1\n")),
                    Map.entry("ESTABLISHED", new Setup(1, 1, ESTABLISHED)),
                    Map.entry("FIN_WAIT_1", new Setup(2, 1, FIN_WAIT_1)),
                    Map.entry("FIN_WAIT_2", new Setup(2, 1, FIN_WAIT_2)),
                    Map.entry("CLOSE_WAIT", new Setup(1, 2, CLOSE_WAIT)),
                    Map.entry(
                            "CLOSING",
                            new Setup(2, 2, FIN_WAIT_1 + "< F. 1:1(0) ack 1\n> . 2:2(0) ack 2\n")),
                    Map.entry(
                            "LAST_ACK",
                            new Setup(2, 2, CLOSE_WAIT + "shutdown\n> F. 1:1(0) ack 2\n")),
                    Map.entry(
                            "TIME_WAIT",
                            new Setup(2, 2, FIN_WAIT_2 + "< F. 1:1(0) ack 2\n> . 2:2(0) ack 2\n")));

    /// The segments; r is RCV.NXT and s is SND.NXT.
    private static final Map<String, String> SEGMENTS =
            Map.ofEntries(
                    Map.entry("rst", "R {r}:{r}(0)"),
                    Map.entry("rst+9", "R {r+9}:{r+9}(0)"),
                    Map.entry("rst-far", "R {r+999999}:{r+999999}(0)"),
                    Map.entry("syn", "S {r}:{r}(0) win 1000"),
                    Map.entry("syn.", "S. {r}:{r}(0) ack {s} win 1000"),
                    Map.entry("data-noack", "P {r}:{r+10}(10)"),
                    Map.entry("ack", ". {r}:{r}(0) ack {s}"),
                    Map.entry("ack+1000", ". {r}:{r}(0) ack {s+1000}"),
                    Map.entry("data", "P. {r}:{r+10}(10) ack {s}"),
                    Map.entry("data-far", "P. {r+999999}:{r+1000009}(10) ack {s}"),
                    Map.entry("fin", "F. {r}:{r}(0) ack {s}"),
                    Map.entry("keepalive", ". {r-1}:{r-1}(0) ack {s}"));

    /// Each cell: what is answered (nothing, A acknowledgement, R reset, S. a SYN with ACK), and
    /// the state that follows where it is another one.
    private static final String TABLE =
            """
            segment     NONE LISTEN SYN_SENT       SYN_RECEIVED   ESTABLISHED  FIN_WAIT_1   FIN_WAIT_2   CLOSE_WAIT CLOSING     LAST_ACK  TIME_WAIT
            rst         -    -      -              -/CLOSED       -/CLOSED     -/CLOSED     -/CLOSED     -/CLOSED   -/CLOSED    -/CLOSED  -
            rst+9       -    -      -              A              A            A            A            A          A           A         -
            rst-far     -    -      -              -              -            -            -            -          -           -         -
            syn         R    S.     S./SYN_RECEIVED A             A            A            A            A          A           A         A
            syn.        R    R      A/ESTABLISHED  A              A            A            A            A          A           A         A
            data-noack  R    -      -              -              -            -            -            -          -           -         -
            ack         R    R      -              -/ESTABLISHED  -            -/FIN_WAIT_2 -            -          -/TIME_WAIT -/CLOSED  -
            ack+1000    R    R      R              R              A            A            A            A          A           A         -
            data        R    R      -              A/ESTABLISHED  A            A/FIN_WAIT_2 A            -          -/TIME_WAIT -/CLOSED  A
            data-far    R    R      -              A              A            A            A            A          A           A         A
            fin         R    R      -              A/CLOSE_WAIT   A/CLOSE_WAIT A/TIME_WAIT  A/TIME_WAIT  A          -/TIME_WAIT -/CLOSED  A
            keepalive   R    R      -              A              A            A            A            A          A           A         A
            """;

    static Stream<Arguments> cells() {
        List<Arguments> cells = new ArrayList<>();
        String[] lines = TABLE.split("\n");
        String[] states = lines[0].trim().split(" +");
        for (String line : Arrays.copyOfRange(lines, 1, lines.length)) {
            String[] words = line.trim().split(" +");
            for (int i = 1; i < words.length; i++) {
                cells.add(Arguments.of(states[i], words[0], words[i], false));
                cells.add(Arguments.of(states[i], words[0], words[i], true));
            }
        }
        return cells.stream();
    }

    @ParameterizedTest(name = "{1} in {0}: {2}, IPv6 {3}")
    @MethodSource("cells")
    void aSegmentInAState(String state, String segment, String expected, boolean v6) {
        Setup setup = STATES.get(state);
        String answer = expected.split("/")[0];
        String next = expected.contains("/") ? expected.split("/")[1] : state;
        try (Script script = new Script(v6)) {
            script.run(setup.script);
            Connection before = script.connection();
            script.run("< " + fill(SEGMENTS.get(segment), setup));
            script.run(
                    switch (answer) {
                        case "A" -> "> .";
                        case "S." -> "> S.";
                        case "R" ->
                                segment.equals("syn") || segment.equals("data-noack")
                                        ? "> R."
                                        : "> R";
                        default -> "-";
                    });
            script.run("-");
            if (state.equals("SYN_RECEIVED") && !next.equals(state) && !next.equals("CLOSED")) {
                script.run("accept");
            }
            Connection c = before == null ? script.connection() : before;
            if (c != null) assertThat(c.state().toString()).isEqualTo(next);
            if (next.equals("CLOSED")) assertThat(script.stack().stats().connections()).isZero();
            int timeWaits = next.equals("TIME_WAIT") ? 1 : 0;
            assertThat(script.stack().stats().timeWaits()).isEqualTo(timeWaits);
        }
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
            filled.append(base + (offset.isEmpty() ? 0 : Integer.parseInt(offset)));
        }
        return filled.toString();
    }
}
