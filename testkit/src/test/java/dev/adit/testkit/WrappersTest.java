package dev.adit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.ip.packet.PacketBatch;
import dev.adit.ip.port.SendException;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

class WrappersTest {
    private final PacketBatch batch = new PacketBatch(8, 8192);
    private final FakeTun inner = new FakeTun("wg0");

    @Test
    void aFaultyTunDoesItsWorkUntilAFaultIsSet() throws IOException {
        FaultyTun tun = new FaultyTun(inner);
        inner.send(bytes(1));
        tun.read(batch);
        assertThat(batch.size()).isEqualTo(1);
        assertThat(tun.write(batch, 0, 1)).isEqualTo(1);
        assertThat(inner.receive()).isEqualTo(bytes(1));
        Fault broken =
                () -> {
                    throw new IOException("broken");
                };
        tun.onRead(broken);
        tun.onWrite(broken);
        inner.send(bytes(2));
        assertThatIOException().isThrownBy(() -> tun.readers().getFirst().read(batch));
        assertThatIOException().isThrownBy(() -> tun.write(batch, 0, 1));
        assertThat(inner.waiting()).isEqualTo(1);
        assertThat(inner.delivered()).isZero();
    }

    @Test
    void aCapturingTunShowsEveryPacketOnItsWay() throws IOException {
        List<CapturingTun.Packet> seen = new ArrayList<>();
        CapturingTun tun = new CapturingTun(inner, seen::add);
        inner.send(bytes(1), bytes(2));
        tun.readers().getFirst().read(batch);
        tun.write(batch, 1, 2);
        assertThat(seen)
                .extracting(CapturingTun.Packet::outbound)
                .containsExactly(true, true, false);
        assertThat(seen)
                .extracting(packet -> packet.bytes()[0])
                .containsExactly((byte) 1, (byte) 2, (byte) 2);
        assertThat(inner.receive()).isEqualTo(bytes(2));
    }

    @Test
    void aFaultyBindSendsWhatLiesBeforeTheFault() throws IOException {
        FakeNet net = new FakeNet();
        FakeNetHost host = net.host("192.0.2.1");
        FaultyBind bind = new FaultyBind(host.open(1, 0));
        FakeNetHost target = net.host("192.0.2.2");
        FakeNetSocket other = target.socket(2);
        add(1);
        add(2);
        bind.onSend(
                (packets, i, to) -> {
                    if (i == 1) throw SendFault.unreachable(i);
                });
        assertThatThrownBy(() -> bind.send(batch, 0, 2, target.at(2)))
                .isInstanceOf(SendException.class);
        assertThat(other.receive()).isEqualTo(bytes(1));
        assertThat(other.waiting()).isZero();
        bind.onSend(SendFault.NONE);
        bind.send(batch, 0, 2, target.at(2));
        assertThat(other.receive()).isEqualTo(bytes(1));
        assertThat(other.receive()).isEqualTo(bytes(2));
    }

    private void add(int number) {
        int at = PacketBatch.HEADROOM + 64 * batch.size();
        MemorySegment.copy(MemorySegment.ofArray(bytes(number)), 0, batch.memory(), at, 20);
        batch.add(at, 20);
    }

    private static byte[] bytes(int number) {
        byte[] bytes = new byte[20];
        bytes[0] = (byte) number;
        return bytes;
    }
}
