package dev.adit.device.config.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.adit.device.config.ConfigException;
import dev.adit.device.config.ConfigException.Reason;
import dev.adit.device.resolve.FakeResolver;
import dev.adit.device.resolve.Resolver;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.OptionalInt;

/// What wg(8) with the resolver of glibc does with the same values.
class ConfValuesTest {
    private final ConfValues values =
            new ConfValues(
                    new FakeResolver()
                            .host("vpn.example", "192.0.2.1")
                            .host("v6.example", "2001:db8::1")
                            .service("domain", 53),
                    warning -> {});

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "51820, 51820",
        "00053, 53",
        "+5, 5",
        "-0, 0",
        "65536, 0",
        "2147483647, 65535",
        "4294967296, 0",
        "99999999999, 59391",
        "-4294967295, 1",
        "18446744073709551616, -1",
        "2147483648, -1",
        "-1, -1",
        "+, -1",
        "-, -1",
        "+-5, -1",
        "5x, -1",
        "0x10, -1",
        "domain, 53",
        "DOMAIN, -1",
    })
    void takesPortsAsGetaddrinfoDoes(String value, int expected) {
        try {
            assertThat(values.port(value)).isEqualTo(expected);
        } catch (ConfigException e) {
            assertThat(expected).isEqualTo(-1);
            assertThat(e.detail())
                    .isEqualTo("Servname not supported for ai_socktype: `" + value + "'");
        }
    }

    @Test
    void aResolversFailureWithoutWordsReadsAsAnUnknownName() {
        Resolver silent =
                new Resolver() {
                    @Override
                    public InetAddress address(String host, String endpoint)
                            throws UnknownHostException {
                        throw new UnknownHostException();
                    }

                    @Override
                    public OptionalInt port(String service) {
                        return OptionalInt.empty();
                    }
                };
        ConfValues values = new ConfValues(silent, warning -> {});
        assertThat(catchThrowableOfType(ConfigException.class, () -> values.endpoint("a:1")))
                .hasMessage("Name or service not known: `a:1'");
    }

    @ParameterizedTest
    @CsvSource({
        "off, 0",
        "OFF, 0",
        "0, 0",
        "51820, ca6c",
        "4294967295, ffffffff",
        "0xca6c, ca6c",
        "0xCA6C, ca6c",
        "0x0000000000001, 1",
    })
    void takesFwmarks(String value, String hexadecimal) throws ConfigException {
        assertThat(values.fwmark(value)).isEqualTo(Integer.parseUnsignedInt(hexadecimal, 16));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "0x", "0X10", "0x0x1", "0x100000000", "4294967296", "-1", "+1", "x"})
    void refusesFwmarks(String value) {
        assertThat(refusal(() -> values.fwmark(value)).reason()).isEqualTo(Reason.INVALID_FWMARK);
    }

    @ParameterizedTest
    @CsvSource({"off, 0", "Off, 0", "0, 0", "25, 25", "065535, 65535"})
    void takesKeepalives(String value, int seconds) throws ConfigException {
        assertThat(values.persistentKeepalive(value)).isEqualTo(seconds);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "65536", "-1", "+1", "1s", "0x1", "on"})
    void refusesKeepalives(String value) {
        assertThat(refusal(() -> values.persistentKeepalive(value)).reason())
                .isEqualTo(Reason.INVALID_KEEPALIVE);
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1:51820, 192.0.2.1:51820",
        "[192.0.2.1]:51820, 192.0.2.1:51820",
        "1:5, 0.0.0.1:5",
        "127.1:65536, 127.0.0.1:0",
        "0x7f.1:domain, 127.0.0.1:53",
        "010.1.1.1:5, 8.1.1.1:5",
        "1.2.3:0, 1.2.0.3:0",
        "[::1]:5, [::1]:5",
        "::1:5, [::1]:5",
        "[fe80::1%77]:5, [fe80::1%77]:5",
        "fe80::1%77:5, [fe80::1%77]:5",
        "[2001:db8::1%3]:5, [2001:db8::1%3]:5",
        "[::ffff:1.2.3.4]:5, [::ffff:1.2.3.4]:5",
        "vpn.example:1, 192.0.2.1:1",
        "v6.example:1, [2001:db8::1]:1",
    })
    void takesEndpoints(String value, String endpoint) throws ConfigException {
        assertThat(values.endpoint(value)).hasToString(endpoint);
    }

    @ParameterizedTest
    @CsvSource({
        "'', EMPTY_ENDPOINT",
        "abc, NO_ENDPOINT_PORT",
        "a:, NO_ENDPOINT_PORT",
        ":, NO_ENDPOINT_PORT",
        "[, UNCLOSED_BRACKET",
        "[::1, UNCLOSED_BRACKET",
        "[::1], NO_ENDPOINT_PORT",
        "[::1]5, NO_ENDPOINT_PORT",
        "[::1]:, NO_ENDPOINT_PORT",
        ":5, UNRESOLVED_ENDPOINT",
        "[]:5, UNRESOLVED_ENDPOINT",
        "1.2.3.4.5:5, UNRESOLVED_ENDPOINT",
        "256.1.1.1:7, UNRESOLVED_ENDPOINT",
        "08.1.1.1:5, UNRESOLVED_ENDPOINT",
        "unknown.example:5, UNRESOLVED_ENDPOINT",
        "1.2.3.4%lo:5, UNRESOLVED_ENDPOINT",
        "[fe80::1%]:5, UNRESOLVED_ENDPOINT",
        "[fe80::1%no-such-if]:5, UNRESOLVED_ENDPOINT",
        "[fe80::1%99999999999]:5, UNRESOLVED_ENDPOINT",
        "[::1%lo]:5, UNRESOLVED_ENDPOINT",
        "1.2.3.4:-5, INVALID_PORT",
        "unknown.example:unknown, INVALID_PORT",
    })
    void refusesEndpoints(String value, Reason reason) {
        assertThat(refusal(() -> values.endpoint(value)).reason()).isEqualTo(reason);
    }

    @Test
    void refusesWhatOnlyACommandLineCanLeaveEmpty() throws ConfigException {
        assertThat(refusal(() -> values.port("")).detail()).isEqualTo("Unable to parse empty port");
        assertThat(refusal(() -> values.endpoint("")).detail())
                .isEqualTo("Unable to parse empty endpoint");
        assertThat(values.allowedIps("").replace()).isTrue();
        assertThat(values.allowedIps("").changes()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "10.0.0.0/8,10.0.0 | Unable to parse IP address: `10.0.0'",
                "fe80::1%1/64 | Unable to parse IP address: `fe80::1%1'",
                "++1.2.3.4/8 | Unable to parse IP address: `+1.2.3.4'",
                "+1.2.3.4/33 | AllowedIP is not in the correct format: `1.2.3.4/33'",
                "1.2.3.4/8/8 | AllowedIP is not in the correct format: `1.2.3.4/8/8'",
                "1.2.3.4/+8 | AllowedIP is not in the correct format: `1.2.3.4/+8'",
            })
    void refusesAllowedIps(String value, String detail) {
        assertThat(refusal(() -> values.allowedIps(value)).detail()).isEqualTo(detail);
    }

    @Test
    void takesPrefixLengthsWithLeadingZeros() throws ConfigException {
        assertThat(values.allowedIps("10.0.0.0/0008").changes().getFirst().prefix())
                .hasToString("10.0.0.0/8");
    }

    private static ConfigException refusal(ThrowingCallable call) {
        return catchThrowableOfType(ConfigException.class, call);
    }
}
