package dev.adit.os.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.ip.address.IpAddress;
import dev.adit.ip.port.Offload;
import dev.adit.os.ffi.Errno;

import org.junit.jupiter.api.Test;

import java.util.EnumSet;
import java.util.concurrent.atomic.AtomicLong;

class SegmentationRefusalsTest {
    private static final IpAddress REFUSED = IpAddress.v4(0xc0000201);
    private static final IpAddress OTHER = IpAddress.v4(0xc0000202);

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5); // soon negative
    private final SegmentationRefusals uncut = new SegmentationRefusals(clock::get);

    @Test
    void holdsAnAddressForAWhile() {
        uncut.add(REFUSED);
        assertThat(uncut.contains(REFUSED)).isTrue();
        assertThat(uncut.contains(OTHER)).isFalse();
        clock.addAndGet(SegmentationRefusals.MEMORY - 1);
        assertThat(uncut.contains(REFUSED)).isTrue();
        clock.incrementAndGet();
        assertThat(uncut.contains(REFUSED)).isFalse();
    }

    @Test
    void forgetsWhenThereAreTooManyButSaysNothingWrong() {
        for (int i = 0; i < 10_000; i++) uncut.add(IpAddress.v6(i, 1));
        assertThat(uncut.contains(IpAddress.v6(9_999, 1))).isTrue();
        for (int i = 0; i < 10_000; i++) {
            assertThat(uncut.contains(IpAddress.v6(i, 2))).isFalse();
        }
    }

    @Test
    void oneDestinationThatIsRefusedDoesNotSlowAnother() throws Exception {
        LinuxUdpSocket socket = LinuxUdpSocket.open(false, 0, 0);
        try {
            socket.offerOffloads(EnumSet.allOf(Offload.class));
            for (int errno : new int[] {Errno.EIO, Errno.EOPNOTSUPP}) {
                socket.refusedToCut(1452, REFUSED, errno);
                assertThat(socket.segments(REFUSED)).isNull();
                assertThat(socket.segments(OTHER)).isNotNull();
                assertThat(socket.segments(OTHER).allows(1452)).isTrue();
            }
        } finally {
            socket.close();
        }
    }
}
