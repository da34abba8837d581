package dev.adit.stack.script;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.ip.address.IpAddress;
import dev.adit.stack.Stack;
import dev.adit.stack.hash.SipHash;
import dev.adit.stack.sim.SimPair;
import dev.adit.stack.socket.Connection;
import dev.adit.stack.socket.ConnectionState;
import dev.adit.stack.socket.Ending;
import dev.adit.stack.socket.FourTuple;
import dev.adit.stack.socket.Listener;
import dev.adit.stack.socket.StackEvents;
import dev.adit.stack.socket.TcpOptions;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;

/// Runs a script against one stack whose peer is the script. One line is one step:
///
/// ```
/// +0.1 < S 0:0(0) win 65535 <mss 1380,sackOK,TS val 1 ecr 0,ws 7>   the peer sends
/// > S. 0:0(0) ack 1 <...>                                             the stack sends, now
/// +0.04 > . 1:1(0) ack 101                                            ... after 40 ms, and not before
/// * > .                                                               ... whenever
/// -                                                                   the stack sends nothing more
/// write 1000 | read 1000 | shutdown | close | abort | listen | connect | accept
/// state ESTABLISHED | ending RESET | eof | cwnd 10 | info FIELD VALUE
/// icmp 3 4 1200 | ecn 3                                               about the last packet; CE on the next
/// ```
///
/// Sequence numbers are relative to the initial ones, in both directions, as are timestamps to what
/// each side said first. What is not written is not compared.
public final class Script implements AutoCloseable {
    private final boolean v6;
    private final Stack stack;
    private final Wire wire;
    private final Deque<SentSegment> sent = new ArrayDeque<>();
    private long now = 1_000_000_000L;
    private TcpOptions options = TcpOptions.DEFAULT;
    private Listener listener;
    private Connection connection;
    private long written;
    private int trafficClass;
    private String line = "";
    private byte[] lastPacket;

    public Script(boolean v6) {
        this(v6, 1420);
    }

    public Script(boolean v6, int mtu) {
        this.v6 = v6;
        stack = new Stack(SimPair.configA(mtu), new SipHash(1, 2), new Random(1), StackEvents.NONE);
        wire = new Wire(local(), remote());
    }

    private IpAddress local() {
        return v6 ? SimPair.A6 : SimPair.A4;
    }

    private IpAddress remote() {
        return v6 ? SimPair.B6 : SimPair.B4;
    }

    public Script options(TcpOptions chosen) {
        options = chosen;
        return this;
    }

    public Connection connection() {
        return connection;
    }

    public Stack stack() {
        return stack;
    }

    public long now() {
        return now;
    }

    /// Runs the lines of `text`.
    public Script run(String text) {
        for (String each : text.split("\n")) {
            int comment = each.indexOf("//");
            line = (comment < 0 ? each : each.substring(0, comment)).trim();
            if (line.isEmpty()) continue;
            try {
                step(line);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "at '" + each.trim() + "', t=" + now / 1e9 + ": " + e.getMessage(), e);
            } catch (Exception e) {
                throw new AssertionError("at '" + each.trim() + "'", e);
            }
        }
        return this;
    }

    private void step(String text) throws Exception {
        String rest = text;
        long delay = 0;
        if (rest.startsWith("+")) {
            int space = rest.indexOf(' ');
            String number = space < 0 ? rest.substring(1) : rest.substring(1, space);
            delay = Math.round(Double.parseDouble(number) * 1e9);
            rest = space < 0 ? "" : rest.substring(space + 1).trim();
        }
        if (rest.startsWith(">")) {
            expectAt(now + delay, rest.substring(1).trim());
            return;
        }
        advance(now + delay, false);
        if (rest.isEmpty()) return;
        if (rest.startsWith("* >")) expectWhenever(rest.substring(3).trim());
        else if (rest.startsWith("<")) receive(rest.substring(1).trim());
        else if (rest.equals("-")) assertThat(sent).as("nothing is sent").isEmpty();
        else call(rest.split(" +"));
    }

    /// Lets time pass. What the stack sends waits to be expected.
    ///
    /// @param untilSent stops as soon as something was sent
    private void advance(long end, boolean untilSent) {
        while (true) {
            transmit();
            if (untilSent && !sent.isEmpty()) return;
            long next = stack.nextDeadline();
            if (next > end) {
                now = Math.max(now, Math.min(end, Long.MAX_VALUE - 1));
                transmit();
                return;
            }
            now = Math.max(now, next);
            stack.expire(now);
        }
    }

    private void transmit() {
        wire.transmit(stack, now, sent);
    }

    private void expectAt(long at, String expected) {
        long tolerance = at == now ? 0 : 1_000_000;
        if (sent.isEmpty()) advance(at + tolerance, true);
        assertThat(sent).as("the stack sends " + expected).isNotEmpty();
        SentSegment segment = sent.poll();
        lastPacket = segment.packet();
        wire.compare(segment, expected);
        assertThat(segment.at()).as("when it is sent").isBetween(at - tolerance, at + tolerance);
    }

    private void expectWhenever(String expected) {
        if (sent.isEmpty()) advance(now + 200_000_000_000L, true);
        assertThat(sent).as("the stack sends " + expected).isNotEmpty();
        SentSegment segment = sent.poll();
        lastPacket = segment.packet();
        wire.compare(segment, expected);
    }

    private void receive(String text) {
        wire.deliver(stack, now, wire.parse(text), trafficClass);
        trafficClass = 0;
        transmit();
    }

    private void call(String[] words) throws Exception {
        switch (words[0]) {
            case "listen" -> listener = stack.listen(now, null, 8080, 5, options);
            case "connect" -> {
                FourTuple pair = new FourTuple(local(), 8080, remote(), 9090);
                connection = stack.connect(now, pair, options);
            }
            case "accept" -> connection = listener.accept();
            case "write" -> write(Integer.parseInt(words[1]));
            case "read" -> read(Integer.parseInt(words[1]));
            case "eof" -> assertThat(readOnce(1)).as("end of stream").isEqualTo(-1);
            case "shutdown" -> connection.shutdownOutput(now);
            case "close" -> connection.close(now);
            case "abort" -> connection.abort(now);
            case "nodelay" -> connection.configure(now, options = options.withNoDelay(true));
            case "resume" -> stack.peerAnswers(now, address -> true);
            case "state" ->
                    assertThat(connection.state()).isEqualTo(ConnectionState.valueOf(words[1]));
            case "ending" -> {
                assertThat(connection.ending()).as("ending").isNotNull();
                assertThat(connection.ending().reason()).isEqualTo(Ending.Reason.valueOf(words[1]));
            }
            case "alive" -> assertThat(connection.ending()).isNull();
            case "cwnd" -> {
                int segment = connection.info().maxSegment();
                double segments = (double) connection.info().congestionWindow() / segment;
                assertThat(segments).isBetween(d(words[1]) - 0.5, d(words[1]) + 0.5);
            }
            case "error" -> assertThat(connection.lastError()).isEqualTo(Integer.decode(words[1]));
            case "icmp" -> {
                byte[] error =
                        wire.icmpError(
                                lastPacket,
                                Integer.parseInt(words[1]),
                                Integer.parseInt(words[2]),
                                words.length > 3 ? Integer.parseInt(words[3]) : 0);
                wire.deliver(stack, now, error);
            }
            case "ecn" -> trafficClass = Integer.parseInt(words[1]);
            default -> throw new IllegalArgumentException("what is " + words[0]);
        }
        transmit();
    }

    private static double d(String number) {
        return Double.parseDouble(number);
    }

    private void write(int bytes) {
        byte[] data = new byte[bytes];
        for (int i = 0; i < bytes; i++) data[i] = Wire.payload(written + i);
        int n = connection.write(now, MemorySegment.ofArray(data), 0, bytes);
        assertThat(n).as("bytes written").isEqualTo(bytes);
        written += n;
    }

    private void read(int bytes) {
        assertThat(readOnce(bytes + 1)).as("bytes read").isEqualTo(bytes);
    }

    private int readOnce(int most) {
        return connection.read(now, MemorySegment.ofArray(new byte[most]), 0, most);
    }

    @Override
    public void close() {
        stack.close(now);
        wire.close();
    }
}
