package dev.adit.device.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.ip.port.ClientSocket;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Which name server is asked first.
class NameServerOrderTest {
    private static final InetAddress ONE = InetAddress.ofLiteral("10.0.0.1");
    private static final InetAddress TWO = InetAddress.ofLiteral("10.0.0.2");
    private static final InetAddress THREE = InetAddress.ofLiteral("fd00::3");
    private final NameServerOrder order = new NameServerOrder(List.of(ONE, TWO, THREE));

    @Test
    void isAtFirstTheGivenOne() {
        assertThat(order.toAsk()).containsExactly(ONE, TWO, THREE);
        assertThat(new NameServerOrder(List.of()).toAsk()).isEmpty();
    }

    @Test
    void beginsWithTheServerThatAnsweredLast() {
        order.answered(THREE);
        assertThat(order.toAsk()).containsExactly(THREE, ONE, TWO);
        order.answered(TWO);
        assertThat(order.toAsk()).containsExactly(TWO, ONE, THREE);
        order.answered(ONE);
        assertThat(order.toAsk()).containsExactly(ONE, TWO, THREE);
    }

    @Test
    void isKeptFromOneQuestionToTheNext() throws IOException {
        List<InetAddress> asked = new ArrayList<>();
        DnsClient client =
                new DnsClient(
                        (stream, to, millis) -> {
                            asked.add(to.getAddress());
                            if (to.getAddress().equals(ONE)) throw new IOException("down");
                            return new NoSuchName();
                        },
                        new Random(1));
        for (int i = 0; i < 3; i++) client.ask("a.test", false, order);
        assertThat(asked).containsExactly(ONE, TWO, TWO, TWO);
    }

    /// A server that knows no name.
    private static final class NoSuchName implements ClientSocket {
        private byte[] query = {};

        @Override
        public InetAddress localAddress() {
            return ONE;
        }

        @Override
        public void write(byte[] bytes) {
            query = bytes.clone();
        }

        @Override
        public int read(byte[] buffer, int at, int millis) {
            System.arraycopy(query, 0, buffer, at, query.length);
            buffer[at + 2] |= (byte) 0x80;
            buffer[at + 3] = 3;
            return query.length;
        }

        @Override
        public void close() {
            // nothing is open
        }
    }
}
