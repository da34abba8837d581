package dev.adit.proxy.dns;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Optional;

/// A DNS message that is passed on as it is, and what has to be known of it for that: its header,
/// its question, and how long an answer over UDP may be (RFC 1035 §4, RFC 6891 §6). Immutable.
final class DnsMessage {
    private final byte[] bytes;
    private final int questionEnd; // 12 when there is no question
    private final int udpSize; // of the OPT record, or 0 when there is none

    private DnsMessage(byte[] bytes, int questionEnd, int udpSize) {
        this.bytes = bytes;
        this.questionEnd = questionEnd;
        this.udpSize = udpSize;
    }

    /// A query with one question, whose records are whole; empty for anything else.
    ///
    /// @param bytes not changed afterwards
    static Optional<DnsMessage> query(byte[] bytes) {
        return parse(bytes)
                .filter(message -> !message.isResponse() && message.questionEnd > HEADER_BYTES);
    }

    /// A response with one question or none, of which nothing else is looked at; empty for anything
    /// else.
    ///
    /// @param bytes not changed afterwards
    static Optional<DnsMessage> response(byte[] bytes) {
        return parse(bytes).filter(DnsMessage::isResponse);
    }

    private static Optional<DnsMessage> parse(byte[] bytes) {
        if (bytes.length < HEADER_BYTES) return Optional.empty();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int questions = in.getShort(QUESTIONS);
        if (questions != 0 && questions != 1) return Optional.empty();
        in.position(HEADER_BYTES);
        try {
            if (questions == 1 && !skipQuestion(in)) return Optional.empty();
            int end = in.position();
            boolean isResponse = bytes[FLAGS] < 0;
            return Optional.of(new DnsMessage(bytes, end, isResponse ? 0 : udpSize(in)));
        } catch (BufferUnderflowException
                | IllegalArgumentException
                | IndexOutOfBoundsException e) {
            return Optional.empty(); // cut off
        }
    }

    /// Skips a name that is written out, its type and its class; false when the name is none.
    private static boolean skipQuestion(ByteBuffer in) {
        int start = in.position();
        for (int label = in.get(); label != 0; label = in.get()) {
            if (label < 0 || label > MOST_LABEL) return false;
            in.position(in.position() + label);
        }
        boolean isName = in.position() - start <= MOST_NAME;
        in.getInt(); // type and class
        return isName;
    }

    /// Looks through the records behind the question: each has eleven bytes at least, so that their
    /// number is no more than the message has room for.
    private static int udpSize(ByteBuffer in) {
        int records = 0;
        for (int at = RECORDS; at < HEADER_BYTES; at += 2) records += in.getShort(at) & 0xffff;
        int size = 0;
        for (int i = 0; i < records; i++) {
            skipName(in);
            int type = in.getShort();
            int sender = in.getShort() & 0xffff; // the size, in an OPT record
            in.getInt();
            in.position(in.position() + 2 + (in.getShort(in.position()) & 0xffff));
            if (type == OPT) size = Math.max(LEAST_UDP, sender);
        }
        return size;
    }

    /// Skips a name that may end with a pointer, which is not followed.
    private static void skipName(ByteBuffer in) {
        while (true) {
            int label = in.get();
            if (label == 0) return;
            if (label < 0) { // a pointer, or nothing that is known
                in.get();
                return;
            }
            in.position(in.position() + label);
        }
    }

    private boolean isResponse() {
        return bytes[FLAGS] < 0;
    }

    /// The number by which the sender knows the answer.
    int id() {
        return (bytes[0] & 0xff) << 8 | bytes[1] & 0xff;
    }

    /// The response code.
    int code() {
        return bytes[FLAGS + 1] & 0xf;
    }

    /// How many bytes an answer over UDP may have.
    int mostUdpBytes() {
        return Math.clamp(udpSize, LEAST_UDP, MOST_UDP);
    }

    /// A copy of the message with another number.
    byte[] withId(int id) {
        byte[] copy = bytes.clone();
        copy[0] = (byte) (id >> 8);
        copy[1] = (byte) id;
        return copy;
    }

    /// True when this is the response to `query`, which was sent with the number `id`.
    boolean answers(DnsMessage query, int id) {
        if (id() != id || ((bytes[FLAGS] ^ query.bytes[FLAGS]) & OPCODE) != 0) return false;
        // A server that does not understand a query need not repeat the question.
        if (questionEnd == HEADER_BYTES) return code() != 0 && code() != NO_SUCH_NAME;
        if (questionEnd != query.questionEnd) return false;
        for (int i = HEADER_BYTES; i < questionEnd; i++) {
            boolean isName = i < questionEnd - TYPE_AND_CLASS;
            int ours = query.bytes[i], theirs = bytes[i];
            if (isName ? lowerCase(ours) != lowerCase(theirs) : ours != theirs) return false;
        }
        return true;
    }

    private static int lowerCase(int character) {
        return character >= 'A' && character <= 'Z' ? character + 'a' - 'A' : character;
    }

    /// The answer that no server can be asked.
    byte[] failure() {
        return answer(RESPONSE | bytes[FLAGS] & (OPCODE | RECURSION_DESIRED), SERVER_FAILURE);
    }

    /// What is left of an answer that is too long for UDP, so that the client asks again over TCP.
    ///
    /// @param answer to this query
    byte[] truncated(byte[] answer) {
        return answer(answer[FLAGS] | TRUNCATED, answer[FLAGS + 1]);
    }

    /// An answer of the question alone, with an OPT record if the query has one.
    private byte[] answer(int flags, int codes) {
        ByteBuffer out = ByteBuffer.allocate(questionEnd + (udpSize > 0 ? OPT_BYTES : 0));
        out.put(bytes, 0, questionEnd);
        out.put(FLAGS, (byte) flags).put(FLAGS + 1, (byte) codes);
        out.putShort(RECORDS, (short) 0).putShort(RECORDS + 2, (short) 0);
        out.putShort(RECORDS + 4, (short) (udpSize > 0 ? 1 : 0));
        if (udpSize > 0) {
            out.put((byte) 0).putShort((short) OPT).putShort((short) OPT_SIZE);
            out.putInt(0).putShort((short) 0);
        }
        return out.array();
    }

    /// A response code: there is no such name.
    static final int NO_SUCH_NAME = 3;

    private static final int SERVER_FAILURE = 2;
    private static final int HEADER_BYTES = 12;
    private static final int FLAGS = 2;
    private static final int QUESTIONS = 4;
    private static final int RECORDS = 6; // three numbers of them
    private static final int RESPONSE = 0x80;
    private static final int OPCODE = 0x78;
    private static final int TRUNCATED = 0x02;
    private static final int RECURSION_DESIRED = 0x01;
    private static final int TYPE_AND_CLASS = 4;
    private static final int OPT = 41;
    private static final int OPT_BYTES = 11;
    private static final int OPT_SIZE = 1232; // passes any IPv6 path unfragmented
    private static final int MOST_LABEL = 63;
    private static final int MOST_NAME = 255;
    private static final int LEAST_UDP = 512;
    private static final int MOST_UDP = 65_507; // over IPv4
}
