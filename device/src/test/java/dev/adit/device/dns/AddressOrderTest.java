package dev.adit.device.dns;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

class AddressOrderTest {
    private static InetAddress address(String literal) {
        return InetAddress.ofLiteral(literal);
    }

    /// Destinations with the source that each would have, or `-` for none, in the order expected.
    private static void assertOrder(String text) {
        Map<InetAddress, String> sources =
                Arrays.stream(text.split(" +"))
                        .map(pair -> pair.split("<"))
                        .collect(Collectors.toMap(pair -> address(pair[0]), pair -> pair[1]));
        List<InetAddress> expected =
                Arrays.stream(text.split(" +")).map(pair -> address(pair.split("<")[0])).toList();
        AddressOrder.Sources table =
                to -> sources.get(to).equals("-") ? null : address(sources.get(to));
        assertThat(AddressOrder.sorted(expected, table)).isEqualTo(expected);
        assertThat(AddressOrder.sorted(expected.reversed(), table)).isEqualTo(expected);
    }

    // The examples of RFC 6724 §10.2, and what else people have.
    @ParameterizedTest
    @CsvSource({
        "2001:db8:1::1<2001:db8:1::2    198.51.100.121<169.254.13.78",
        "198.51.100.121<198.51.100.117  2001:db8:1::1<fe80::1",
        "2001:db8:1::1<2001:db8:1::2    10.1.2.3<10.1.2.4",
        "2002:c633:6401::1<2002:c633:6401::2  2001:db8:1::1<2002:c633:6401::2",
        "198.51.100.121<198.51.100.117  2001:db8:1::1<-",
        "fd50::2<fd50::1                10.50.0.2<-",
        "10.50.0.2<10.50.0.1            fd50::2<-",
        "192.0.2.1<192.0.2.9            fd50::2<fd50::1",
        "2001:db8:1::1<2001:db8:1::2    2001:db8:3ffe::1<2001:db8:1::2",
        "::1<::1                        127.0.0.1<127.0.0.1",
    })
    void isThatOfTheStandard(String pairs) {
        assertOrder(pairs);
    }

    @Test
    void whatNoRuleDecidesStaysAsTheNameServerHasIt() {
        List<InetAddress> two = List.of(address("192.0.2.9"), address("192.0.2.1"));
        assertThat(AddressOrder.sorted(two, to -> address("192.0.2.7"))).isEqualTo(two);
        assertThat(AddressOrder.sorted(two, to -> null)).isEqualTo(two);
        assertThat(AddressOrder.sorted(List.of(), to -> null)).isEmpty();
    }

    @Test
    void theSystemIsAskedForSources() {
        SystemSources system = new SystemSources();
        assertThat(system.toward(address("127.0.0.1"))).isEqualTo(address("127.0.0.1"));
    }
}
