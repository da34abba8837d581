package dev.adit.os.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.ip.address.IpAddress;

import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;

class NatQueryTest {
    private static final byte[] UNKNOWN =
            HexFormat.of().parseHex("4500001c00000000401100007f0000017f0000027b7b7c7c00080000");

    @Test
    void knowsNothingOfAPacketOfNoFlow() {
        try (NatQuery query = new NatQuery()) {
            MemorySegment packet = MemorySegment.ofArray(UNKNOWN);
            assertThat(query.errorSource(packet, 0, UNKNOWN.length)).isNull();
            assertThat(query.errorSource(packet, 0, 1)).isNull();
            assertThat(query.errorSource(packet, 0, UNKNOWN.length)).isNull();
        }
    }

    @Test
    void aRouteTellsTheSourceThatTheSystemWouldChoose() throws Exception {
        try (Arena arena = Arena.ofConfined();
                RouteSocket socket = new RouteSocket(arena, 0)) {
            IpAddress loopback = IpAddress.v4(0x7f000001);
            int request = socket.requestRoute(loopback);
            assertThat(socket.next()).isTrue();
            assertThat(socket.answers(request) && socket.isRoute()).isTrue();
            assertThat(socket.preferredSource()).isEqualTo(loopback);
        }
    }
}
