package dev.adit.it.tcp;

import java.util.List;

/// Where ours differs from Linux on purpose, or without harm. Immutable.
///
/// @param onlyLinux lines of the trace that only Linux's has, `onlyOurs` likewise
record KnownDifference(String reason, String onlyLinux, String onlyOurs, List<String> scripts) {
    private KnownDifference(String reason, String onlyLinux, String onlyOurs, String... scripts) {
        this(reason, onlyLinux, onlyOurs, List.of(scripts));
    }

    static final List<KnownDifference> ALL =
            List.of(
                    new KnownDifference(
                            "Linux sends its SYN again at once when an acknowledgement was wrong;"
                                    + " ours after a second",
                            "> S 0:0(0) <mss 1380,sackOK,TS ecr 0,ws>",
                            "",
                            "connect is answered S. 0:0(0) ack 0 win 1000 <mss 1000>",
                            "connect is answered S. 0:0(0) ack 2 win 1000 <mss 1000>",
                            "connect is answered R. 0:0(0) ack 2",
                            "connect is answered . 0:0(0) ack 5",
                            "SYN-SENT hears . {r}:{r}(0) ack {s+1000}",
                            "SYN-SENT hears . {r}:{r}(0) ack {s-1}",
                            "SYN-SENT hears F. {r}:{r}(0) ack {s-1}"),
                    new KnownDifference(
                            "when both begin at once, Linux repeats what its SYN offered; ours"
                                    + " answers with what the peer offered (RFC 7323 §1.3, 3.2)",
                            "> S. 0:0(0) ack 1 <mss 1380,sackOK,TS ecr 0,ws>",
                            "> S. 0:0(0) ack 1 <mss 1380,sackOK,ws>",
                            "connect is answered S 0:0(0) win 1000 <mss 1000,sackOK,ws 7>"),
                    new KnownDifference(
                            "the same",
                            "> S. 0:0(0) ack 1 <mss 1380,sackOK,TS ecr 0,ws>",
                            "> S. 0:0(0) ack 1 <mss 1380>",
                            "SYN-SENT hears S {r}:{r}(0) win 1000"),
                    new KnownDifference(
                            "the same, and Linux acknowledges the peer's SYN once more",
                            "> S. 0:0(0) ack 1 <mss 1380,sackOK,TS ecr 0,ws>\n> . 1:1(0) ack 1",
                            "> S. 0:0(0) ack 1 <mss 1380>",
                            "both open at once"),
                    new KnownDifference(
                            "another SYN during a handshake makes Linux give it up; ours"
                                    + " challenges it (RFC 5961 §4)",
                            "> R. ?:?(0) ack 6\n> R 1:1(0)\naccept: none",
                            "> . 1:1(0) ack 1\naccept: accepted",
                            "a SYN comes again"),
                    new KnownDifference(
                            "the same",
                            "> R. ?:?(0) ack 2",
                            "> . 1:1(0) ack 1",
                            "SYN-RECEIVED hears S {r}:{r}(0) win 1000"),
                    new KnownDifference(
                            "the same",
                            "> R 1:1(0)",
                            "> . 1:1(0) ack 1",
                            "SYN-RECEIVED hears S. {r}:{r}(0) ack {s} win 1000"),
                    new KnownDifference(
                            "for data that nobody reads Linux's reset is that for a stranger; ours"
                                    + " is the connection's, at its SND.NXT (RFC 9293 §3.6.1)",
                            "> R 2:2(0)",
                            "> R. 2:2(0) ack 1",
                            "data after close"),
                    new KnownDifference(
                            "the same",
                            "> R 1:1(0)",
                            "> R. 2:2(0) ack 1",
                            "data after close, before the FIN's ACK"),
                    new KnownDifference(
                            "Linux reports a FIN with SACK and D-SACK; ours reports data alone",
                            "> . 1:1(0) ack 2 <sack 1:2>",
                            "> . 1:1(0) ack 2",
                            "FIN again"),
                    new KnownDifference(
                            "the same",
                            "> . 1:1(0) ack 1 <sack 101:102>",
                            "> . 1:1(0) ack 1",
                            "FIN out of order"),
                    new KnownDifference(
                            "the same",
                            "> . 1:1(0) ack 1 <sack 101:202>",
                            "> . 1:1(0) ack 1 <sack 101:201>",
                            "FIN out of order with data"),
                    new KnownDifference(
                            "Linux reports with D-SACK what is before all data, too",
                            "> . 1:1(0) ack 1 <sack 0:1>",
                            "> . 1:1(0) ack 1",
                            "a keepalive"),
                    new KnownDifference(
                            "the same",
                            "> . 1:1(0) ack 1 <sack -200:-100>",
                            "> . 1:1(0) ack 1",
                            "beyond the window"),
                    new KnownDifference(
                            "Linux reports a duplicate at the end of a segment, too",
                            "> . 1:1(0) ack 1 <sack 201:251 151:301>",
                            "> . 1:1(0) ack 1 <sack 151:301>",
                            "a duplicate that overlaps the front"),
                    new KnownDifference(
                            "Linux takes an urgent byte out of the stream; ours leaves it there"
                                    + " (RFC 6093 §6)",
                            "read: 9",
                            "read: 10",
                            "an urgent byte"),
                    new KnownDifference(
                            "a FIN behind the FIN: ours says again how far the stream went",
                            "",
                            "> . 1:1(0) ack 2",
                            "CLOSE-WAIT hears F. {r}:{r}(0) ack {s}"),
                    new KnownDifference(
                            "the same",
                            "",
                            "> . 2:2(0) ack 2",
                            "CLOSING hears F. {r}:{r}(0) ack {s-1}",
                            "LAST-ACK hears F. {r}:{r}(0) ack {s-1}"),
                    new KnownDifference(
                            "ours drops what has no ACK before it looks at it (RFC 9293 §3.10.7.4)",
                            "> . 2:2(0) ack 2",
                            "",
                            "TIME-WAIT hears P {r}:{r+10}(10)"));

    /// The one that says that script `name` differs, or null.
    static KnownDifference of(String name) {
        for (KnownDifference each : ALL) {
            if (each.scripts.contains(name)) return each;
        }
        return null;
    }
}
