package dev.adit.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.ip.address.IpAddress;
import dev.adit.stack.sim.Packets;
import dev.adit.stack.sim.SimNetwork;
import dev.adit.stack.sim.SimPair;
import dev.adit.stack.socket.Echo;
import dev.adit.stack.socket.RefusedException;
import dev.adit.stack.socket.StackEvents;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;

/// Ping: replies are matched by their numbers and their sender, and so are errors.
class EchoTest {
    private static final long SECOND = 1_000_000_000L;

    private final List<Object> answered = new ArrayList<>();

    private SimNetwork network() {
        StackEvents heard =
                new StackEvents() {
                    @Override
                    public void answered(Echo echo) {
                        answered.add(echo.attachment());
                    }
                };
        return new SimNetwork(
                1, SimPair.configA(1420), SimPair.configB(1420), heard, StackEvents.NONE);
    }

    @ParameterizedTest(name = "IPv6: {0}")
    @ValueSource(booleans = {false, true})
    void aReplyTellsTheRoundTrip(boolean v6) throws Exception {
        try (SimNetwork net = network()) {
            Echo echo = net.a.ping(net.now(), v6 ? SimPair.B6 : SimPair.B4);
            echo.attach("mine");
            assertThat(echo.roundTrip()).isEqualTo(-1);
            net.run(SECOND);
            assertThat(echo.roundTrip()).isEqualTo(2_000_000); // a millisecond each way
            assertThat(echo.error()).isZero();
            assertThat(answered).containsExactly("mine");
        }
    }

    @Test
    void anOwnAddressReplies() throws Exception {
        try (SimNetwork net = network()) {
            Echo echo = net.a.ping(net.now(), SimPair.A4);
            for (int i = 0; i < 5; i++) net.run(SECOND);
            assertThat(echo.roundTrip()).isNotNegative();
        }
    }

    @Test
    void aReplyOfAnotherHostOrWithAnotherNumberIsIgnored() throws Exception {
        try (SimNetwork net = network()) {
            net.capture = true;
            net.setDown(true);
            Echo echo = net.a.ping(net.now(), SimPair.B4);
            net.run(SECOND);
            byte[] reply = new byte[64];
            System.arraycopy(net.captured.getFirst(), 20, reply, 0, 64);
            reply[0] = 0;
            IpAddress stranger = IpAddress.parse("10.0.0.3").orElseThrow();
            net.inject(false, Packets.ip(stranger, SimPair.A4, 1, 0, reply));
            byte[] other = reply.clone();
            other[5]++;
            net.inject(false, Packets.ip(SimPair.B4, SimPair.A4, 1, 0, other));
            net.run(SECOND);
            assertThat(echo.roundTrip()).isEqualTo(-1);
            net.inject(false, Packets.ip(SimPair.B4, SimPair.A4, 1, 0, reply));
            net.run(SECOND);
            assertThat(echo.roundTrip()).isPositive();
        }
    }

    @Test
    void anErrorAboutTheRequestIsTold() throws Exception {
        try (SimNetwork net = network()) {
            net.capture = true;
            net.setDown(true);
            Echo echo = net.a.ping(net.now(), SimPair.B4);
            net.run(SECOND);
            byte[] request = net.captured.getFirst();
            net.inject(false, Packets.icmpError(request, SimPair.B4, SimPair.A4, 3, 1, 0));
            net.run(SECOND);
            assertThat(echo.error()).isEqualTo(3 << 8 | 1);
            assertThat(echo.roundTrip()).isEqualTo(-1);
        }
    }

    @Test
    void requestsUnderWayAreBounded() throws Exception {
        try (SimNetwork net = network()) {
            net.setDown(true);
            Echo first = net.a.ping(net.now(), SimPair.B4);
            for (int i = 1; i < 1024; i++) net.a.ping(net.now(), SimPair.B4);
            assertThatThrownBy(() -> net.a.ping(net.now(), SimPair.B4))
                    .isInstanceOf(RefusedException.class);
            first.close();
            assertThat(net.a.ping(net.now(), SimPair.B4)).isNotNull();
        }
    }
}
