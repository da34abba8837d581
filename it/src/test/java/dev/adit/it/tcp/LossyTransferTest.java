package dev.adit.it.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adit.it.lab.Netns;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Our TCP and Linux's, without a tunnel: a TUN in a namespace, and between it and the stack a
/// network that loses, doubles and reorders one packet in a hundred each. Linux sends with each of
/// the congestion controls that people use.
///
/// With `-Dadit.it.long=true` it is 32 MB each way in each of the four connections.
class LossyTransferTest {
    private static final boolean LONG = Boolean.getBoolean("adit.it.long");
    private static final int BYTES = LONG ? 32_000_000 : 4_000_000;

    @ParameterizedTest
    @ValueSource(strings = {"reno", "cubic", "bbr"})
    void everyByteArrivesInBothDirectionsWhicheverEndCalls(String control) {
        try (Netns netns = Netns.create("lossy")) {
            assumeTrue(netns.run("sysctl", "-n", AVAILABLE).out().contains(control));
            String said =
                    TcpProgram.run(netns, LossyTransfers.class, String.valueOf(BYTES), control);
            for (String address : new String[] {"10.7.0.2", "fd07::2"}) {
                assertThat(said).containsPattern("called " + address + ": whole, [1-9]\\d* again");
                assertThat(said).containsPattern("calling " + address + ": whole, [1-9]\\d* again");
            }
            assertThat(said).contains("memory: 0");
        }
    }

    private static final String AVAILABLE = "net.ipv4.tcp_available_congestion_control";
}
