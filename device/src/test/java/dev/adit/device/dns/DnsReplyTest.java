package dev.adit.device.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.net.ProtocolException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

class DnsReplyTest {
    private final DnsQuery query =
            new DnsQuery(0x1234, DnsQuery.name("vpn.Example").orElseThrow(), DnsQuery.A);
    private final byte[] message = query.encode(true);

    private Optional<DnsReply> parse(Answers answers) throws ProtocolException {
        byte[] bytes = answers.build();
        return DnsReply.parse(bytes, bytes.length, query);
    }

    private List<String> addresses(Answers answers) throws ProtocolException {
        return parse(answers).orElseThrow().addresses().stream()
                .map(InetAddress::getHostAddress)
                .toList();
    }

    private Answers answers() {
        return Answers.to(message);
    }

    @Test
    void theQueryIsAsTheStandardHasIt() {
        assertThat(HexFormat.of().formatHex(query.encode(false)))
                .isEqualTo("12340100000100000000000003" + "76706e076578616d706c6500" + "00010001");
        assertThat(HexFormat.of().formatHex(message))
                .startsWith("123401000001000000000001")
                .endsWith("00" + "0029" + "04d0" + "000000000000");
    }

    @Test
    void namesThatCannotBeAskedForAreNone() {
        for (String host : List.of("", ".", "a..b", ".a", "a b", "ä", "x".repeat(64))) {
            assertThat(DnsQuery.name(host)).as(host).isEmpty();
        }
        assertThat(DnsQuery.name("x".repeat(63))).isPresent();
        assertThat(DnsQuery.name("a.b.")).isEqualTo(DnsQuery.name("A.B"));
        assertThat(DnsQuery.name("abc.".repeat(63) + "d")).isPresent();
        assertThat(DnsQuery.name("abc.".repeat(64))).isEmpty();
    }

    @Test
    void addressesComeInTheirOrderAndOnce() throws ProtocolException {
        assertThat(
                        addresses(
                                answers()
                                        .address("192.0.2.9")
                                        .address("192.0.2.1")
                                        .address("192.0.2.9")))
                .containsExactly("192.0.2.9", "192.0.2.1");
        assertThat(addresses(answers())).isEmpty();
    }

    @Test
    void aliasesAreFollowedInAnyOrderOfRecords() throws ProtocolException {
        byte[] a = Answers.name("a.example"), b = Answers.name("B.example");
        byte[] address = {(byte) 192, 0, 2, 7};
        assertThat(
                        addresses(
                                answers()
                                        .record(b, DnsQuery.A, address)
                                        .record(a, DnsQuery.CNAME, Answers.name("b.EXAMPLE"))
                                        .record(Answers.POINTER, DnsQuery.CNAME, a)))
                .containsExactly("192.0.2.7");
    }

    @Test
    void addressesOfOtherNamesAndTypesAreNot() throws ProtocolException {
        byte[] address = {(byte) 192, 0, 2, 7};
        assertThat(
                        addresses(
                                answers()
                                        .record(Answers.name("other.example"), DnsQuery.A, address)
                                        .address("2001:db8::1")
                                        .record(Answers.POINTER, 16, new byte[] {1, 'x'})
                                        .record(Answers.POINTER, DnsQuery.A, new byte[5])))
                .isEmpty();
    }

    @Test
    void whatNoPeerCanHaveIsNoAddress() throws ProtocolException {
        assertThat(addresses(answers().address("0.0.0.0").address("224.0.0.1"))).isEmpty();
    }

    @Test
    void aliasesInACircleEnd() throws ProtocolException {
        byte[] a = Answers.name("a.example"), b = Answers.name("b.example");
        assertThat(
                        addresses(
                                answers()
                                        .record(Answers.POINTER, DnsQuery.CNAME, a)
                                        .record(a, DnsQuery.CNAME, b)
                                        .record(b, DnsQuery.CNAME, a)))
                .isEmpty();
    }

    @Test
    void thereAreNoMoreThanThirtyTwo() throws ProtocolException {
        Answers many = answers();
        for (int i = 1; i < 200; i++) many.address("192.0.2." + i);
        assertThat(addresses(many)).hasSize(32);
    }

    @Test
    void whatIsNoReplyToTheQueryIsNone() throws ProtocolException {
        assertThat(parse(answers().id(0x1235))).isEmpty();
        assertThat(DnsReply.parse(message, message.length, query)).isEmpty(); // itself a query
        assertThat(parse(answers().flags(0x7800))).isEmpty();
        for (DnsQuery other :
                List.of(
                        new DnsQuery(0x1234, DnsQuery.name("vpn.other").orElseThrow(), DnsQuery.A),
                        new DnsQuery(0x1234, query.name(), DnsQuery.AAAA))) {
            assertThat(parse(Answers.to(other.encode(false)).address("192.0.2.1"))).isEmpty();
        }
        assertThat(DnsReply.parse(message, 11, query)).isEmpty();
        assertThat(DnsReply.parse(message, -1, query)).isEmpty();
    }

    @Test
    void codesAndTruncationAreTold() throws ProtocolException {
        assertThat(parse(answers().code(3)).orElseThrow().code()).isEqualTo(3);
        DnsReply truncated = parse(answers().flags(0x200).address("192.0.2.1")).orElseThrow();
        assertThat(truncated.truncated()).isTrue();
        assertThat(truncated.addresses()).isEmpty();
    }

    @Test
    void whatIsCutOffOrPointsForwardIsRefused() {
        byte[] whole = answers().address("192.0.2.1").build();
        for (int length = 30; length < whole.length; length++) {
            int end = length;
            assertThatExceptionOfType(ProtocolException.class)
                    .isThrownBy(() -> DnsReply.parse(whole, end, query));
        }
        for (String owner : List.of("c00d", "c0ff", "4001", "8000", "03616263c01d")) {
            byte[] name = HexFormat.of().parseHex(owner);
            assertThatExceptionOfType(ProtocolException.class)
                    .as(owner)
                    .isThrownBy(
                            () ->
                                    parse(
                                            answers()
                                                    .record(
                                                            name,
                                                            DnsQuery.A,
                                                            new byte[] {1, 2, 3, 4})));
        }
    }
}
