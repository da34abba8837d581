package dev.adit.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

class NestingTest {

    private static int hopLimit(ByteBuffer packet) {
        return Nesting.hopLimit(MemorySegment.ofBuffer(packet), 0, packet.capacity());
    }

    /// A packet over UDP, of which the payload begins with `type`.
    private static ByteBuffer packet(boolean v6, int hops, int type) {
        int header = v6 ? 40 : 20;
        ByteBuffer packet = ByteBuffer.allocateDirect(header + 8 + 32);
        packet.put(0, (byte) (v6 ? 0x60 : 0x45));
        packet.put(v6 ? 6 : 9, (byte) 17);
        packet.put(v6 ? 7 : 8, (byte) hops);
        packet.putInt(header + 8, Integer.reverseBytes(type));
        return packet;
    }

    @ParameterizedTest(name = "hop limit {0}: {1}")
    @CsvSource({
        "255, 58", "128, 58", "64, 58", "58, 52", "30, 24", "9, 3", "8, -1", "1, -1", "0, -1"
    })
    void aMessageHandsItsHopLimitOn(int hops, int expected) {
        for (int type = 1; type <= 4; type++) {
            assertThat(hopLimit(packet(false, hops, type))).isEqualTo(expected);
            assertThat(hopLimit(packet(true, hops, type))).isEqualTo(expected);
        }
    }

    @ParameterizedTest(name = "IPv6: {0}")
    @ValueSource(booleans = {false, true})
    void aLoopEndsSoon(boolean v6) {
        int rounds = 0;
        for (int hops = 64; hops != Nesting.EXHAUSTED; rounds++) {
            hops = hopLimit(packet(v6, hops, 4));
        }
        assertThat(rounds).isLessThanOrEqualTo(11);
    }

    @ParameterizedTest(name = "IPv6: {0}")
    @ValueSource(booleans = {false, true})
    void anythingElseStartsAnew(boolean v6) {
        for (int type : new int[] {0, 5, 0x104, 0x04000000, -1}) {
            assertThat(hopLimit(packet(v6, 1, type))).isZero();
        }
        ByteBuffer tcp = packet(v6, 1, 4);
        tcp.put(v6 ? 6 : 9, (byte) 6);
        assertThat(hopLimit(tcp)).isZero();
    }

    @Test
    void theLaterFragmentsOfADatagramHandItOnToo() {
        ByteBuffer v4 = packet(false, 20, 99);
        v4.putShort(6, (short) 185);
        assertThat(hopLimit(v4)).isEqualTo(14);

        ByteBuffer v6 = packet(true, 20, 99);
        v6.put(6, (byte) 44).put(40, (byte) 17).putShort(42, (short) 1448);
        assertThat(hopLimit(v6)).isEqualTo(14);
        v6.put(40, (byte) 6);
        assertThat(hopLimit(v6)).isZero();
    }

    @Test
    void theFirstFragmentOfADatagramIsLookedInto() {
        ByteBuffer v6 = packet(true, 20, 0);
        v6.put(6, (byte) 44).put(40, (byte) 17).putShort(42, (short) 1);
        assertThat(hopLimit(v6)).isZero();
        v6.putInt(56, Integer.reverseBytes(4));
        assertThat(hopLimit(v6)).isEqualTo(14);
    }

    @ParameterizedTest(name = "IPv6: {0}")
    @ValueSource(booleans = {false, true})
    void whatEndsTooEarlyIsNoMessage(boolean v6) {
        ByteBuffer packet = packet(v6, 1, 4);
        MemorySegment memory = MemorySegment.ofBuffer(packet);
        int header = v6 ? 40 : 20;
        for (int length = header; length < header + 12; length++) {
            assertThat(Nesting.hopLimit(memory.asSlice(0, length), 0, length)).isZero();
        }
        packet.put(0, (byte) (v6 ? 0x60 : 0x4f)); // IPv4 options that are not there
        if (!v6) assertThat(Nesting.hopLimit(memory.asSlice(0, 24), 0, 24)).isZero();
    }
}
