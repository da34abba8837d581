package dev.adit.it.tcp;

import java.util.ArrayList;
import java.util.List;

/// The scripts that Linux and ours are compared by. Stateless.
final class TcpScripts {
    // A round trip of 0.3 s: no timer goes off between two steps on a machine that is late.
    private static final String ACCEPTED =
            """
            listen
            < S 0:0(0) win 65535 <mss 1000,sackOK,ws 7>
            wait 0.3
            < . 1:1(0) ack 1 win 1000
            accept
            """;

    private static final String STAMPED =
            """
            listen
            < S 0:0(0) win 65535 <mss 1000,sackOK,TS val 100 ecr 0,ws 7>
            wait 0.3
            < . 1:1(0) ack 1 win 1000 <TS val 200 ecr 0>
            accept
            """;

    private static final String TIME_WAIT =
            ACCEPTED
                    + """
                    shutdown
                    < F. 1:1(0) ack 2 win 1000
                    read
                    close
                    """;

    /// All of them.
    static List<TcpScript> all() {
        List<TcpScript> all = new ArrayList<>();
        opening(all);
        closing(all);
        data(all);
        attacks(all);
        time(all);
        for (StateTable.Cell cell : StateTable.cells()) {
            all.add(new TcpScript(cell.toString(), cell.script()));
        }
        return all;
    }

    private static void opening(List<TcpScript> all) {
        all.add(new TcpScript("opens with all options", STAMPED + "< F. 1:1(0) ack 1\nread\n"));
        String[] offers = {
            "<mss 1000>",
            "<sackOK>",
            "<mss 1000,TS val 100 ecr 0>",
            "<mss 1000,ws 7>",
            "<mss 1000,ws 15>",
            "<mss 65535,sackOK,ws 0>",
            "<mss 1000,sackOK,TS val 100 ecr 0>",
            "<nop,nop,mss 1000,nop>",
            ""
        };
        for (String offer : offers) {
            all.add(
                    new TcpScript(
                            "is offered " + offer,
                            "listen\n< S 0:0(0) win 65535 " + offer + "\n< R 1:1(0)\n"));
        }
        String[] answers = {
            "S. 0:0(0) ack 1 win 1000 <mss 1000,sackOK,TS val 5 ecr 0,ws 7>",
            "S. 0:0(0) ack 1 win 1000 <mss 1000>",
            "S. 0:0(0) ack 1 win 1000 <mss 1000,ws 7>",
            "S. 0:0(0) ack 1 win 1000 <mss 1000,TS val 5 ecr 0>",
            "S. 0:0(0) ack 0 win 1000 <mss 1000>",
            "S. 0:0(0) ack 2 win 1000 <mss 1000>",
            "S 0:0(0) win 1000 <mss 1000,sackOK,ws 7>",
            "R. 0:0(0) ack 1",
            "R. 0:0(0) ack 2",
            "R 0:0(0)",
            ". 0:0(0) ack 1",
            ". 0:0(0) ack 5",
            "F. 0:0(0) ack 1",
            "P. 1:11(10) ack 1"
        };
        for (String answer : answers) {
            all.add(
                    new TcpScript(
                            "connect is answered " + answer,
                            "connect\n< " + answer + "\nconnected\n"));
        }
        all.add(
                new TcpScript(
                        "both open at once",
                        """
                        connect
                        < S 0:0(0) win 1000 <mss 1000>
                        < S. 0:0(0) ack 1 win 1000 <mss 1000>
                        connected
                        write 10
                        < . 1:1(0) ack 11 win 1000
                        """));
        all.add(
                new TcpScript(
                        "data comes with the last ACK",
                        """
                        listen
                        < S 0:0(0) win 65535 <mss 1000>
                        < P. 1:101(100) ack 1 win 1000
                        accept
                        read
                        """));
        all.add(
                new TcpScript(
                        "a FIN comes with the last ACK",
                        """
                        listen
                        < S 0:0(0) win 65535 <mss 1000>
                        < F. 1:1(0) ack 1 win 1000
                        accept
                        read
                        """));
        all.add(
                new TcpScript(
                        "a SYN comes again",
                        """
                        listen
                        < S 0:0(0) win 65535 <mss 1000>
                        < S 0:0(0) win 65535 <mss 1000>
                        < S 5:5(0) win 65535 <mss 1000>
                        < . 1:1(0) ack 1 win 1000
                        accept
                        """));
        all.add(
                new TcpScript(
                        "nobody listens", "< S 0:0(0) win 1000\n< . 1:1(0) ack 7\n< R 1:1(0)"));
    }

    private static void closing(List<TcpScript> all) {
        add(
                all,
                "closes first",
                "shutdown\n< . 1:1(0) ack 2 win 1000\n< F. 1:1(0) ack 2\nread\nclose");
        add(
                all,
                "closes second",
                "< F. 1:1(0) ack 1 win 1000\nread\nclose\n< . 2:2(0) ack 2 win 1000");
        add(
                all,
                "closes at once",
                "shutdown\n< F. 1:1(0) ack 1 win 1000\n< . 2:2(0) ack 2 win 1000\nread");
        add(all, "FIN acknowledges FIN", "shutdown\n< F. 1:1(0) ack 2 win 1000\nread");
        add(
                all,
                "half-closed, data comes",
                "shutdown\n"
                        + "< . 1:1(0) ack 2\n"
                        + "< P. 1:101(100) ack 2\n"
                        + "read\n"
                        + "< PF. 101:201(100) ack 2\n"
                        + "read");
        add(
                all,
                "half-closed by the peer, data goes",
                "< F. 1:1(0) ack 1 win 1000\n"
                        + "read\n"
                        + "write 100\n"
                        + "< . 2:2(0) ack 101 win 1000\n"
                        + "write 50\n"
                        + "shutdown\n"
                        + "< . 2:2(0) ack 152 win 1000");
        add(all, "the last data and FIN", "write 100\nshutdown\n< . 1:1(0) ack 102 win 1000");
        add(
                all,
                "closed with unread data",
                "< P. 1:101(100) ack 1 win 1000\nclose\n< . 101:101(0) ack 1");
        add(
                all,
                "closed after all is read",
                "< P. 1:101(100) ack 1 win 1000\nread\nclose\n< . 101:101(0) ack 2 win 1000");
        add(
                all,
                "data after close",
                "close\n< . 1:1(0) ack 2 win 1000\n< P. 1:101(100) ack 2 win 1000");
        add(all, "data after close, before the FIN's ACK", "close\n< P. 1:101(100) ack 1 win 1000");
        add(
                all,
                "FIN then reset",
                "< P. 1:11(10) ack 1 win 1000\n< F. 11:11(0) ack 1\n< R 12:12(0)\nread\nwrite 10");
        add(
                all,
                "data then reset",
                "< P. 1:11(10) ack 1 win 1000\n< R 11:11(0)\nread\nread\nwrite 10");
        add(all, "reset at once", "< R 1:1(0)\nread\nwrite 10");
        add(all, "reset with ACK", "< R. 1:1(0) ack 1\nread");
        add(all, "aborted", "abort\n< . 1:1(0) ack 1");
        add(all, "aborted with data under way", "write 100\nabort\n< . 1:1(0) ack 101");
        add(all, "aborted half-closed", "shutdown\n< . 1:1(0) ack 2\nabort\n< F. 1:1(0) ack 2");
        add(all, "FIN again", "< F. 1:1(0) ack 1 win 1000\n< F. 1:1(0) ack 1 win 1000");
        add(
                all,
                "data behind FIN",
                "< F. 1:1(0) ack 1 win 1000\n< P. 2:12(10) ack 1 win 1000\nread");
        add(
                all,
                "FIN out of order",
                "< F. 101:101(0) ack 1 win 1000\n< P. 1:101(100) ack 1 win 1000\nread");
        add(
                all,
                "FIN out of order with data",
                "< PF. 101:201(100) ack 1 win 1000\n< P. 1:101(100) ack 1 win 1000\nread");
        add(
                all,
                "written after the peer is gone",
                "close\n< . 1:1(0) ack 2\n< F. 1:1(0) ack 2\n< . 2:2(0) ack 2");
        add(all, "reset in FIN-WAIT-2", "shutdown\n< . 1:1(0) ack 2\n< R 1:1(0)\nread");
        add(all, "reset in LAST-ACK", "< F. 1:1(0) ack 1\nclose\n< R 2:2(0)");
        String[] late = {
            "F. 1:1(0) ack 2",
            ". 2:2(0) ack 2",
            "R 2:2(0)",
            "P. 2:12(10) ack 2",
            "P. 1:11(10) ack 2",
            ". 9999:9999(0) ack 2",
            "S 1:1(0) win 1000 <mss 1000>",
            "S 70000:70000(0) win 1000 <mss 1000>"
        };
        for (String each : late) {
            all.add(new TcpScript("TIME-WAIT hears " + each, TIME_WAIT + "< " + each + "\n"));
        }
        all.add(
                new TcpScript(
                        "TIME-WAIT is taken over",
                        TIME_WAIT
                                + "< S 70000:70000(0) win 1000 <mss 1000>\n"
                                + "< . 70001:70001(0) ack 1\n"
                                + "accept"));
    }

    private static void data(List<TcpScript> all) {
        add(all, "ten segments", "write 10000\n< . 1:1(0) ack 10001 win 1000\nwrite 500");
        add(all, "small pieces wait", "write 10\nwrite 10\n< . 1:1(0) ack 11 win 1000");
        add(
                all,
                "out of order",
                """
                < P. 101:201(100) ack 1
                < P. 301:401(100) ack 1
                < P. 501:601(100) ack 1
                < P. 701:801(100) ack 1
                < P. 901:1001(100) ack 1
                read
                < P. 1:101(100) ack 1
                < P. 201:301(100) ack 1
                read
                """);
        add(
                all,
                "duplicates",
                """
                < P. 1:101(100) ack 1
                < P. 1:101(100) ack 1
                < P. 51:151(100) ack 1
                < P. 201:301(100) ack 1
                < P. 201:301(100) ack 1
                < P. 251:351(100) ack 1
                read
                """);
        all.add(
                new TcpScript(
                        "out of order with timestamps",
                        STAMPED
                                + """
                                < P. 101:201(100) ack 1 <TS val 300 ecr 0>
                                < P. 301:401(100) ack 1 <TS val 301 ecr 0>
                                < P. 501:601(100) ack 1 <TS val 302 ecr 0>
                                < P. 701:801(100) ack 1 <TS val 303 ecr 0>
                                < P. 1:101(100) ack 1 <TS val 304 ecr 0>
                                read
                                """));
        add(all, "a keepalive", "< . 0:0(0) ack 1 win 1000\n< . 0:1(1) ack 1 win 1000\nread");
        add(all, "an urgent byte", "< PU. 1:11(10) ack 1\nread");
        add(
                all,
                "beyond the window",
                "< P. 200000:200100(100) ack 1\n< P. -200:-100(100) ack 1\nread");
        add(
                all,
                "a window that is closed and opens",
                "< . 1:1(0) ack 1 win 0\nwrite 100\n< . 1:1(0) ack 1 win 10");
        all.add(
                new TcpScript(
                        "a small window",
                        """
                        listen
                        < S 0:0(0) win 512 <mss 1000,sackOK,ws 7>
                        wait 0.3
                        < . 1:1(0) ack 1 win 4
                        accept
                        write 2000
                        < . 1:1(0) ack 513 win 4
                        """));
        add(
                all,
                "a loss that SACK shows",
                """
                write 10000
                < . 1:1(0) ack 1 win 1000 <sack 1001:2001>
                wait 0.2
                < . 1:1(0) ack 1 win 1000 <sack 1001:3001>
                < . 1:1(0) ack 1 win 1000 <sack 1001:4001>
                < . 1:1(0) ack 10001 win 1000
                """);
        add(
                all,
                "a duplicate that overlaps the front",
                """
                < P. 201:301(100) ack 1
                < P. 151:251(100) ack 1
                read
                """);
    }

    private static void attacks(List<TcpScript> all) {
        add(
                all,
                "resets that are guessed",
                "< R 2:2(0)\n< R 60000:60000(0)\n< R 999999:999999(0)\n< R. 2:2(0) ack 1\nread");
        add(
                all,
                "SYNs in a connection",
                "< S 1:1(0) win 1000\n< S 70000:70000(0) win 1000\n< S. 1:1(0) ack 1\nread");
        add(all, "what was never sent is acknowledged", "< P. 1:101(100) ack 5000\nread");
        add(
                all,
                "an acknowledgement that is too old",
                "write 1000\n< . 1:1(0) ack 1001 win 1000\n< P. 1:101(100) ack 1\nread");
        add(all, "far too old an acknowledgement", "< P. 1:101(100) ack -100000000\nread");
        add(all, "no flag at all", "< - 1:11(10)\nread");
        add(all, "all flags", "< SFRPU. 1:11(10) ack 1\nread");
        add(all, "SYN and FIN", "< SF 1:1(0)\nread");
        all.add(
                new TcpScript(
                        "SYN and FIN to a listener", "listen\n< SF 0:0(0) win 1000 <mss 1000>"));
        all.add(
                new TcpScript(
                        "SYN and RST to a listener", "listen\n< SR 0:0(0) win 1000 <mss 1000>"));
        all.add(new TcpScript("no flag to a listener", "listen\n< - 0:0(0)"));
        all.add(new TcpScript("a FIN to a listener", "listen\n< F 0:0(0)"));
        all.add(
                new TcpScript(
                        "old timestamps",
                        STAMPED
                                + """
                                < P. 1:101(100) ack 1 <TS val 300 ecr 0>
                                < P. 101:201(100) ack 1 <TS val 298 ecr 0>
                                < P. 101:201(100) ack 1 <TS val 300 ecr 0>
                                < R 201:201(0) <TS val 1 ecr 0>
                                read
                                """));
        all.add(
                new TcpScript(
                        "a segment without its timestamp",
                        STAMPED + "< P. 1:101(100) ack 1\nread"));
    }

    private static void time(List<TcpScript> all) {
        all.add(new TcpScript("a SYN is repeated", "connect\nwait 3.5"));
        all.add(
                new TcpScript(
                        "a SYN with ACK is repeated",
                        "listen\n< S 0:0(0) win 1000 <mss 1000>\nwait 3.5"));
        add(all, "data is repeated", "write 1000\nwait 2.3");
        add(all, "a FIN is repeated", "shutdown\nwait 2.3");
        add(
                all,
                "a closed window is probed",
                "< . 1:1(0) ack 1 win 0\nwrite 100\nwait 1.9\n< . 1:1(0) ack 1 win 1000");
    }

    private static void add(List<TcpScript> all, String name, String text) {
        all.add(new TcpScript(name, ACCEPTED + text));
    }

    private TcpScripts() {}
}
