package dev.adit.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.ip.address.IpAddress;
import dev.adit.ip.header.IpPacket;
import dev.adit.stack.sim.RawPeer;
import dev.adit.stack.sim.SimPair;
import dev.adit.stack.socket.Connection;
import dev.adit.stack.socket.FourTuple;
import dev.adit.stack.socket.Listener;
import dev.adit.stack.socket.TcpOptions;
import dev.adit.stack.socket.UdpPort;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.MemorySegment;
import java.util.List;

/// The traffic class that a program sets is that of its packets (RFC 2474); the two bits of ECN are
/// TCP's own (RFC 3168).
class TrafficClassTest {
    private static final int EXPEDITED = 0xb8; // RFC 3246
    private static final int ECT0 = 2;
    private final RawPeer peer = new RawPeer(1 << 20);

    private static IpAddress us(boolean v6) {
        return v6 ? SimPair.A6 : SimPair.A4;
    }

    private static IpAddress them(boolean v6) {
        return v6 ? SimPair.B6 : SimPair.B4;
    }

    private List<Integer> classes() {
        return peer.packets().stream()
                .map(packet -> IpPacket.trafficClass(MemorySegment.ofArray(packet), 0))
                .toList();
    }

    private void write(Connection connection, int bytes) {
        connection.write(peer.now, MemorySegment.ofArray(new byte[bytes]), 0, bytes);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSynHasItAlready(boolean v6) throws Exception {
        FourTuple pair = new FourTuple(us(v6), 5000, them(v6), 80);
        peer.stack.connect(peer.now, pair, TcpOptions.DEFAULT.withTrafficClass(EXPEDITED | 1));
        assertThat(classes()).containsExactly(EXPEDITED);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everySegmentHasItOnceItIsSet(boolean v6) throws Exception {
        Listener listener = peer.stack.listen(peer.now, null, 80, 5, TcpOptions.DEFAULT);
        peer.establish(them(v6), 999, 80, 60_000, new byte[0]);
        Connection connection = listener.accept();
        write(connection, 3000);
        assertThat(classes()).isNotEmpty().containsOnly(0);
        connection.configure(peer.now, TcpOptions.DEFAULT.withTrafficClass(EXPEDITED));
        write(connection, 3000);
        peer.tcp(them(v6), 999, 80, RawPeer.ACK, 1001, 0, 60_000, new byte[0], 10);
        assertThat(classes()).hasSizeGreaterThan(1).containsOnly(EXPEDITED);
    }

    @Test
    void tcpSetsTheBitsOfEcn() throws Exception {
        Listener listener = peer.stack.listen(peer.now, null, 80, 5, TcpOptions.DEFAULT);
        int syn = RawPeer.SYN | ECE | CWR;
        peer.tcp(SimPair.B4, 999, 80, syn, 1000, 0, 60_000, new byte[0], 0);
        int first = peer.segments().getFirst().sequence() + 1;
        peer.tcp(SimPair.B4, 999, 80, RawPeer.ACK, 1001, first, 60_000, new byte[0], 0);
        Connection connection = listener.accept();
        connection.configure(peer.now, TcpOptions.DEFAULT.withTrafficClass(EXPEDITED | 3));
        write(connection, 100);
        assertThat(classes()).containsExactly(EXPEDITED | ECT0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void datagramsAndTheirFragmentsHaveAllOfIt(boolean v6) throws Exception {
        UdpPort port = peer.stack.open(null, 53);
        MemorySegment data = MemorySegment.ofArray(new byte[5000]);
        port.send(peer.now, them(v6), 53, data, 0, 100);
        port.trafficClass(EXPEDITED | ECT0);
        port.send(peer.now, them(v6), 53, data, 0, 100);
        port.send(peer.now, them(v6), 53, data, 0, 5000);
        int all = EXPEDITED | ECT0;
        assertThat(classes()).containsExactly(0, all, all, all, all, all);
        assertThatThrownBy(() -> port.trafficClass(256))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static final int ECE = 64;
    private static final int CWR = 128;
}
