package dev.adit.net.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/// Each short program gives the same value with the JDK's sockets and channels and with ours, or
/// throws the same.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SameOutcomeTest {
    private final SocketLab jdk = new JdkLab();
    private final SocketLab tunnel = new TunnelLab();
    private final Map<String, SocketCases.Case> cases = new LinkedHashMap<>();

    SameOutcomeTest() {
        cases.putAll(SocketCases.all());
        cases.putAll(SocketChannelCases.all());
        cases.putAll(ServerChannelCases.all());
        cases.putAll(DatagramChannelCases.all());
        cases.putAll(SelectorCases.all());
    }

    @AfterAll
    void close() {
        jdk.close();
        tunnel.close();
    }

    Stream<String> names() {
        return cases.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void itIsTheSameWithBoth(String name) throws Exception {
        SocketCases.Case each = cases.get(name);
        assertThat(outcome(each, tunnel)).isEqualTo(outcome(each, jdk));
    }

    private static String outcome(SocketCases.Case each, SocketLab lab) throws Exception {
        try {
            return String.valueOf(ThreadKind.PLATFORM.run(() -> each.run(lab)).get());
        } catch (TimeoutException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            return "throws " + e.getClass().getSimpleName();
        }
    }
}
