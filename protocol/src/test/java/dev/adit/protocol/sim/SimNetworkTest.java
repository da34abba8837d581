package dev.adit.protocol.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.ip.address.Endpoint;
import dev.adit.ip.address.IpAddress;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The network does to datagrams what it is told to, and nothing else.
class SimNetworkTest {
    private static final int MANY = 10_000;
    private final SimNetwork network = new SimNetwork(1);
    private final Endpoint here = new Endpoint(IpAddress.v4(1), 1);
    private final Endpoint there = new Endpoint(IpAddress.v4(2), 2);
    private final List<byte[]> arrived = new ArrayList<>();
    private final List<Long> times = new ArrayList<>();

    private void send(Conditions conditions, int datagrams) {
        network.conditions(conditions);
        network.place(
                there,
                (from, to, bytes, trafficClass) -> {
                    arrived.add(bytes);
                    times.add(network.now());
                });
        for (int i = 0; i < datagrams; i++) {
            network.send(here, there, new byte[] {(byte) (i >> 16), (byte) (i >> 8), (byte) i}, 0);
            network.run(PaperConstants.MILLISECOND);
        }
        network.run(PaperConstants.SECOND);
    }

    @Test
    void deliversInOrderAfterTheLatency() {
        send(Conditions.latency(7 * PaperConstants.MILLISECOND), 10);
        for (int i = 0; i < 10; i++) {
            assertThat(times.get(i)).isEqualTo((7 + i) * PaperConstants.MILLISECOND);
            assertThat(arrived.get(i)[2]).isEqualTo((byte) i);
        }
    }

    @Test
    void losesItsShare() {
        send(Conditions.latency(1).loss(0.2), MANY);
        assertThat(arrived.size()).isBetween(7_850, 8_150);
    }

    @Test
    void duplicatesItsShare() {
        send(Conditions.latency(1).duplication(0.2), MANY);
        assertThat(arrived.size()).isBetween(11_850, 12_150);
    }

    @Test
    void corruptsOneBitOfItsShare() {
        send(Conditions.latency(1).corruption(0.2), MANY);
        assertThat(arrived).hasSize(MANY);
        int corrupted = 0;
        for (int i = 0; i < MANY; i++) {
            byte[] bytes = arrived.get(i);
            int value = (bytes[0] & 0xff) << 16 | (bytes[1] & 0xff) << 8 | bytes[2] & 0xff;
            assertThat(Integer.bitCount(value ^ i)).isLessThanOrEqualTo(1);
            if (value != i) corrupted++;
        }
        assertThat(corrupted).isBetween(1_850, 2_150);
    }

    @Test
    void reordersWhatItHoldsBack() {
        send(Conditions.latency(1).reordering(0.1), 1_000);
        int overtaken = 0;
        for (int i = 1; i < 1_000; i++) {
            if (Arrays.compareUnsigned(arrived.get(i - 1), arrived.get(i)) > 0) overtaken++;
        }
        assertThat(overtaken).isBetween(50, 150);
    }

    @Test
    void carriesNothingBeyondTheMtu() {
        network.conditions(Conditions.latency(1).mtu(100));
        network.place(there, (from, to, bytes, c) -> arrived.add(bytes));
        network.send(here, there, new byte[100], 0);
        network.send(here, there, new byte[101], 0);
        network.run(PaperConstants.SECOND);
        assertThat(arrived).hasSize(1);
    }

    @Test
    void whatIsUnderWayToAnAddressThatGoesIsLost() {
        network.conditions(Conditions.latency(10));
        network.place(there, (from, to, bytes, c) -> arrived.add(bytes));
        network.send(here, there, new byte[1], 0);
        network.run(5);
        network.place(there, null);
        network.run(PaperConstants.SECOND);
        assertThat(arrived).isEmpty();
    }

    @Test
    void aPathMayHaveConditionsOfItsOwn() {
        SimTunnel alice = network.tunnel(), bob = network.tunnel();
        network.connect(alice, bob);
        network.conditions(alice, bob, Conditions.latency(300 * PaperConstants.MILLISECOND));
        alice.send(bob);
        Eavesdropper eve = new Eavesdropper(network);
        network.run(PaperConstants.SECOND);
        assertThat(eve.last(MessageKind.RESPONSE).time())
                .isEqualTo(300 * PaperConstants.MILLISECOND);
        assertThat(eve.last(MessageKind.DATA).time()).isEqualTo(310 * PaperConstants.MILLISECOND);
    }

    @Test
    void theSameSeedMakesTheSameHistory() {
        assertThat(history(3)).isEqualTo(history(3)).isNotEqualTo(history(4));
    }

    private static List<String> history(long seed) {
        Scenario s = new Scenario(seed);
        s.network.conditions(
                Conditions.latency(PaperConstants.MILLISECOND)
                        .jitter(50 * PaperConstants.MILLISECOND)
                        .loss(0.2));
        s.network.every(
                PaperConstants.SECOND, 300 * PaperConstants.SECOND, () -> s.alice.send(s.bob));
        s.network.run(300 * PaperConstants.SECOND);
        List<String> history = new ArrayList<>();
        for (CapturedDatagram seen : s.eve.all()) history.add(seen + Arrays.toString(seen.bytes()));
        assertThat(history).hasSizeGreaterThan(300);
        return history;
    }

    @Test
    void timeOnlyMovesForward() {
        network.run(10);
        assertThatThrownBy(() -> network.at(9, () -> {}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(network.step()).isFalse();
        assertThat(network.now()).isEqualTo(10);
    }

    @Test
    void somethingMayHappenAtIntervals() {
        network.every(10, 35, () -> times.add(network.now()));
        network.run(100);
        assertThat(times).containsExactly(10L, 20L, 30L);
    }
}
