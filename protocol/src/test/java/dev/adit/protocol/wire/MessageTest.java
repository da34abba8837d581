package dev.adit.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.ip.bytes.ByteOrders;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.util.Map;

/// Paper §5.4: what is a message at all, and where its fields are.
class MessageTest {

    /// The exact lengths of the figures in §5.4.2, §5.4.3 and §5.4.7.
    private static final Map<Integer, Integer> EXACT = Map.of(1, 148, 2, 92, 3, 64);

    // Lengths: paper §5.4.2, §5.4.3, §5.4.6 and §5.4.7
    @Test
    void acceptsEachTypeAtItsOwnLengthOnly() {
        MemorySegment slab = MemorySegment.ofArray(new byte[4096]);
        for (int type = 1; type <= 4; type++) {
            slab.set(ByteOrders.LE32, 13, type);
            for (int length = 0; length <= 2000; length++) {
                boolean fits = type == 4 ? length >= 32 : length == EXACT.get(type);
                assertThat(Message.classify(slab, 13, length))
                        .as("type %d, length %d", type, length)
                        .isEqualTo(fits ? type : Message.WRONG_LENGTH);
            }
        }
    }

    @Test
    void knowsNoOtherType() {
        MemorySegment slab = MemorySegment.ofArray(new byte[148]);
        for (int type = 0; type < 256; type++) {
            if (type >= 1 && type <= 4) continue;
            slab.set(ByteOrders.U8, 0, (byte) type);
            for (int length : new int[] {4, 32, 64, 92, 148}) {
                assertThat(Message.classify(slab, 0, length)).isEqualTo(Message.UNKNOWN);
            }
        }
    }

    // Reserved zeros: paper §5.4.2 to §5.4.7
    @Test
    void knowsNoTypeWithAReservedBitSet() {
        for (int type = 1; type <= 4; type++) {
            for (int bit = 8; bit < 32; bit++) {
                MemorySegment slab = MemorySegment.ofArray(new byte[148]);
                slab.set(ByteOrders.LE32, 0, type | 1 << bit);
                int length = type == 4 ? 148 : EXACT.get(type);
                assertThat(Message.classify(slab, 0, length)).isEqualTo(Message.UNKNOWN);
            }
        }
    }

    @Test
    void anInitiationOrResponseClaimsACookieWhenAnyBitOfMac2IsSet() {
        for (int type = 1; type <= 4; type++) {
            boolean claims = type <= 2;
            int length = claims ? EXACT.get(type) : 148;
            for (int bit = 0; bit < 8 * length; bit++) {
                byte[] bytes = new byte[length + 1];
                bytes[1 + bit / 8] = (byte) (1 << bit % 8);
                boolean inMac2 = claims && bit / 8 >= length - 16;
                assertThat(Message.claimsCookie(MemorySegment.ofArray(bytes), 1, type))
                        .as("type %d, bit %d", type, bit)
                        .isEqualTo(inMac2);
            }
        }
    }

    @Test
    void readsNothingOfADatagramThatIsTooShortForAType() {
        MemorySegment nothing = MemorySegment.ofArray(new byte[3]);
        for (int length = 0; length < 4; length++) {
            assertThat(Message.classify(nothing, 0, length)).isEqualTo(Message.WRONG_LENGTH);
        }
    }

    @Test
    void fieldsFollowEachOtherAsInTheFigures() {
        int type = 4, index = 4, point = 32, tag = 16, mac = 16;
        assertThat(Message.TYPE).isZero();

        assertThat(Initiation.SENDER).isEqualTo(type);
        assertThat(Initiation.EPHEMERAL).isEqualTo(Initiation.SENDER + index);
        assertThat(Initiation.STATIC).isEqualTo(Initiation.EPHEMERAL + point);
        assertThat(Initiation.TIMESTAMP).isEqualTo(Initiation.STATIC + point + tag);
        assertThat(Initiation.MAC1).isEqualTo(Initiation.TIMESTAMP + 12 + tag);
        assertThat(Initiation.MAC2).isEqualTo(Initiation.MAC1 + mac);
        assertThat(Initiation.LENGTH).isEqualTo(Initiation.MAC2 + mac).isEqualTo(148);

        assertThat(Response.SENDER).isEqualTo(type);
        assertThat(Response.RECEIVER).isEqualTo(Response.SENDER + index);
        assertThat(Response.EPHEMERAL).isEqualTo(Response.RECEIVER + index);
        assertThat(Response.EMPTY).isEqualTo(Response.EPHEMERAL + point);
        assertThat(Response.MAC1).isEqualTo(Response.EMPTY + tag);
        assertThat(Response.MAC2).isEqualTo(Response.MAC1 + mac);
        assertThat(Response.LENGTH).isEqualTo(Response.MAC2 + mac).isEqualTo(92);

        assertThat(CookieReply.RECEIVER).isEqualTo(type);
        assertThat(CookieReply.NONCE).isEqualTo(CookieReply.RECEIVER + index);
        assertThat(CookieReply.COOKIE).isEqualTo(CookieReply.NONCE + 24);
        assertThat(CookieReply.LENGTH).isEqualTo(CookieReply.COOKIE + mac + tag).isEqualTo(64);

        assertThat(TransportData.RECEIVER).isEqualTo(type);
        assertThat(TransportData.COUNTER).isEqualTo(TransportData.RECEIVER + index);
        assertThat(TransportData.HEADER_LENGTH).isEqualTo(TransportData.COUNTER + 8);
        assertThat(TransportData.TAG_LENGTH).isEqualTo(tag);
        assertThat(TransportData.MIN_LENGTH).isEqualTo(32);
        assertThat(TransportData.OVERHEAD).isEqualTo(32);
    }

    @Test
    void numbersLieAsTheirNamesSayAndNeedNoAlignment() {
        MemorySegment slab = MemorySegment.ofArray(new byte[16]);
        for (int i = 0; i < 16; i++) slab.set(ByteOrders.U8, i, (byte) (i + 0xf0));
        assertThat(slab.get(ByteOrders.LE32, 1)).isEqualTo(0xf4f3f2f1);
        assertThat(slab.get(ByteOrders.BE32, 1)).isEqualTo(0xf1f2f3f4);
        assertThat(slab.get(ByteOrders.BE16, 3) & 0xffff).isEqualTo(0xf3f4);
        assertThat(slab.get(ByteOrders.LE64, 1)).isEqualTo(0xf8f7f6f5f4f3f2f1L);
        assertThat(slab.get(ByteOrders.BE64, 1)).isEqualTo(0xf1f2f3f4f5f6f7f8L);
        assertThat(slab.get(ByteOrders.U8, 7) & 0xff).isEqualTo(0xf7);
    }
}
