package dev.adit.stack.script;

import dev.adit.stack.socket.TcpOptions;

/// What the script tests share: handshakes that others go on from.
abstract class ScriptTest {
    /// A peer with SACK and window scale, segments of 1,000 bytes, a round trip of 100 ms, which
    /// makes a retransmission timeout of 300 ms.
    static final String ACCEPTED =
            """
            listen
            < S 0:0(0) win 65535 <mss 1000,sackOK,ws 7>
            > S. 0:0(0) ack 1
            +0.1 < . 1:1(0) ack 1 win 1000
            accept
            state ESTABLISHED
            """;

    /// The same without options, so that windows are not scaled and nothing is selective.
    static final String ACCEPTED_PLAIN =
            """
            listen
            < S 0:0(0) win 65535 <mss 1000>
            > S. 0:0(0) ack 1
            +0.1 < . 1:1(0) ack 1 win 65535
            accept
            """;

    /// With timestamps; segments have 988 bytes.
    static final String ACCEPTED_STAMPED =
            """
            listen
            < S 0:0(0) win 65535 <mss 1000,sackOK,TS val 100 ecr 0,ws 7>
            > S. 0:0(0) ack 1
            +0.1 < . 1:1(0) ack 1 win 1000 <TS val 200 ecr 0>
            accept
            """;

    static void run(boolean v6, String... texts) {
        run(v6, TcpOptions.DEFAULT, texts);
    }

    static void run(boolean v6, TcpOptions options, String... texts) {
        try (Script script = new Script(v6).options(options)) {
            for (String text : texts) script.run(text);
        }
    }
}
