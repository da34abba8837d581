package dev.adit.protocol.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.management.ThreadMXBean;

import dev.adit.ip.address.IpAddress;
import dev.adit.ip.address.IpPrefix;
import dev.adit.protocol.Vectors;

import org.junit.jupiter.api.Test;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

class AllowedIpsTest {

    private static final String A = "a", B = "b", C = "c";

    @Test
    void findsNothingInTheEmptyTable() {
        AllowedIps<String> empty = AllowedIps.empty();
        assertThat(lookup(empty, "10.0.0.1")).isNull();
        assertThat(lookup(empty, "::")).isNull();
        assertThat(empty.exact(prefix("0.0.0.0/0"))).isNull();
        assertThat(empty.without(prefix("0.0.0.0/0"), A)).isSameAs(empty);
        assertThat(empty.withoutAll(A)).isSameAs(empty);
        assertThat(empty.size()).isZero();
    }

    @Test
    void theLongestPrefixWinsInWhateverOrderTheyCame() {
        String[][] routes = {
            {"0.0.0.0/0", "all"},
            {"10.0.0.0/8", "8"},
            {"10.1.0.0/16", "16"},
            {"10.1.2.0/24", "24"},
            {"10.1.2.3/32", "32"}
        };
        for (int seed = 0; seed < 50; seed++) {
            AllowedIps<String> table = AllowedIps.empty();
            for (int i : shuffled(routes.length, seed)) {
                table = table.with(prefix(routes[i][0]), routes[i][1]);
            }
            assertThat(lookup(table, "11.0.0.0")).isEqualTo("all");
            assertThat(lookup(table, "10.2.0.0")).isEqualTo("8");
            assertThat(lookup(table, "10.1.3.0")).isEqualTo("16");
            assertThat(lookup(table, "10.1.2.4")).isEqualTo("24");
            assertThat(lookup(table, "10.1.2.3")).isEqualTo("32");
        }
    }

    @Test
    void theFamiliesAreIndependent() {
        AllowedIps<String> table = AllowedIps.<String>empty().with(prefix("0.0.0.0/0"), A);
        assertThat(lookup(table, "::")).isNull();
        assertThat(lookup(table, "::ffff:1.2.3.4")).isNull();
        table = table.with(prefix("::/0"), B);
        assertThat(lookup(table, "1.2.3.4")).isEqualTo(A);
        assertThat(lookup(table, "1::")).isEqualTo(B);
        assertThat(lookup(table.without(prefix("::/0"), B), "1.2.3.4")).isEqualTo(A);
    }

    @Test
    void findsTheFirstAndTheLastAddressOfAPrefixAndNotTheirNeighbours() {
        for (int length = 1; length <= 128; length++) {
            IpPrefix prefix = new IpPrefix(IpAddress.parse("2001:db8:5:a::5a5a").get(), length);
            AllowedIps<String> table = AllowedIps.<String>empty().with(prefix, A);
            long high = prefix.address().high(), low = prefix.address().low();
            long highHost = length >= 64 ? 0 : -1L >>> length;
            long lowHost = length <= 64 ? -1 : length == 128 ? 0 : -1L >>> length - 64;
            assertThat(table.lookup(true, high, low)).isEqualTo(A);
            assertThat(table.lookup(true, high | highHost, low | lowHost)).isEqualTo(A);
            long lastBitHigh = length > 64 ? 0 : 1L << 64 - length;
            long lastBitLow = length > 64 ? 1L << 128 - length : 0;
            assertThat(table.lookup(true, high ^ lastBitHigh, low ^ lastBitLow)).isNull();
            assertThat(table.lookup(true, ~high, low)).isNull();
        }
    }

    @Test
    void anEqualPrefixMovesToItsNewOwner() {
        AllowedIps<String> table =
                AllowedIps.<String>empty().with(prefix("10.0.0.5/24"), A).with(prefix("::1"), A);
        table = table.with(prefix("10.0.0.0/24"), B);
        assertThat(lookup(table, "10.0.0.9")).isEqualTo(B);
        assertThat(table.exact(prefix("10.0.0.0/24"))).isEqualTo(B);
        assertThat(list(table)).containsExactly("10.0.0.0/24 b", "::1/128 a");
        assertThat(table.size()).isEqualTo(2);
        assertThat(table.with(prefix("10.0.0.0/24"), B)).isSameAs(table);
    }

    @Test
    void removesAPrefixOnlyFromItsOwner() {
        AllowedIps<String> table = AllowedIps.<String>empty().with(prefix("10.0.0.0/24"), A);
        assertThat(table.without(prefix("10.0.0.0/24"), B)).isSameAs(table);
        assertThat(table.without(prefix("10.0.0.0/23"), A)).isSameAs(table);
        assertThat(table.without(prefix("10.0.0.0/25"), A)).isSameAs(table);
        assertThat(table.without(prefix("10.0.1.0/24"), A)).isSameAs(table);
        assertThat(table.without(prefix("10.0.0.0/24"), A).size()).isZero();
    }

    @Test
    void ownersAreComparedByIdentity() {
        record Owner(int number) {}
        Owner one = new Owner(1), twin = new Owner(1);
        AllowedIps<Owner> table =
                AllowedIps.<Owner>empty()
                        .with(prefix("10.0.0.1/32"), one)
                        .with(prefix("10.0.0.2/32"), twin);
        assertThat(table.without(prefix("10.0.0.1/32"), twin)).isSameAs(table);
        assertThat(table.withoutAll(twin).size()).isEqualTo(1);
        assertThat(table.withoutAll(twin).exact(prefix("10.0.0.1/32"))).isSameAs(one);
        assertThat(table.with(prefix("10.0.0.1/32"), twin)).isNotSameAs(table);
    }

    @Test
    void removingAnOwnerUncoversWhatWasBelow() {
        AllowedIps<String> table =
                AllowedIps.<String>empty()
                        .with(prefix("10.0.0.0/8"), A)
                        .with(prefix("10.1.0.0/16"), B)
                        .with(prefix("10.1.1.0/24"), C)
                        .with(prefix("fd00::/8"), B);
        AllowedIps<String> withoutB = table.withoutAll(B);
        assertThat(list(withoutB)).containsExactly("10.0.0.0/8 a", "10.1.1.0/24 c");
        assertThat(lookup(withoutB, "10.1.2.3")).isEqualTo(A);
        assertThat(lookup(withoutB, "fd00::1")).isNull();
        assertThat(list(table)).hasSize(4);
        assertThat(withoutB.withoutAll(B)).isSameAs(withoutB);
    }

    @Test
    void exactSeesOnlyTheVeryPrefix() {
        AllowedIps<String> table =
                AllowedIps.<String>empty()
                        .with(prefix("10.0.0.0/25"), A)
                        .with(prefix("10.0.0.128/25"), B);
        assertThat(table.exact(prefix("10.0.0.0/24"))).isNull(); // where the trie branches
        assertThat(table.exact(prefix("10.0.0.0/25"))).isEqualTo(A);
        assertThat(table.exact(prefix("10.0.0.0/26"))).isNull();
        assertThat(table.exact(prefix("11.0.0.0/25"))).isNull();
    }

    @Test
    void listsIpv4FirstThenByAddressThenByLength() {
        AllowedIps<String> table = AllowedIps.empty();
        for (String p : List.of("::/0", "255.0.0.0/8", "fd::/16", "10.0.0.0/8", "10.0.0.0/16")) {
            table = table.with(prefix(p), A);
        }
        assertThat(list(table))
                .containsExactly(
                        "10.0.0.0/8 a", "10.0.0.0/16 a", "255.0.0.0/8 a", "::/0 a", "fd::/16 a");
    }

    @Test
    void agreesWithThePublishedVectors() throws Exception {
        AllowedIps<String> table = AllowedIps.empty();
        for (JsonNode op : Vectors.json("wireguard/allowedips.json").get("ops")) {
            String peer = op.size() > 1 ? op.get(1).asText().intern() : "";
            String text = op.size() > 2 ? op.get(2).asText() : "";
            switch (op.get(0).asText()) {
                case "clear" -> table = AllowedIps.empty();
                case "insert" -> table = table.with(prefix(text), peer);
                case "remove_by_peer" -> table = table.withoutAll(peer);
                case "lookup" -> assertThat(lookup(table, text)).as(text).isEqualTo(peer);
                case "lookup_is_not" -> assertThat(lookup(table, text)).as(text).isNotEqualTo(peer);
                case "list_of_peer" -> {
                    List<String> expected = new ArrayList<>();
                    op.get(2).forEach(p -> expected.add(p.asText() + " " + peer));
                    assertThat(list(table).stream().filter(line -> line.endsWith(" " + peer)))
                            .containsExactlyInAnyOrderElementsOf(expected);
                }
                default -> throw new AssertionError("unknown operation " + op);
            }
        }
    }

    @Test
    void takesAHundredThousandPrefixesInAMoment() {
        SplittableRandom random = new SplittableRandom(7);
        List<IpPrefix> prefixes = new ArrayList<>();
        for (int i = 0; i < 50_000; i++) {
            prefixes.add(new IpPrefix(IpAddress.v4(random.nextInt()), 8 + random.nextInt(25)));
            prefixes.add(
                    new IpPrefix(
                            IpAddress.v6(random.nextLong(), random.nextLong()),
                            8 + random.nextInt(121)));
        }
        long start = System.nanoTime();
        AllowedIps<String> table = AllowedIps.empty();
        for (IpPrefix prefix : prefixes) table = table.with(prefix, A);
        Duration taken = Duration.ofNanos(System.nanoTime() - start);
        assertThat(table.size()).isGreaterThan(90_000);
        assertThat(taken).isLessThan(Duration.ofSeconds(3)); // 0.1 s on an idle machine
    }

    @Test
    void lookupAllocatesNothing() {
        AllowedIps<String> table = AllowedIps.empty();
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 1_000; i++) {
            table = table.with(new IpPrefix(IpAddress.v4(random.nextInt()), 16 + i % 17), A);
            table = table.with(new IpPrefix(IpAddress.v6(random.nextLong(), 0), 32 + i % 33), B);
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int found = lookups(table, 1_000);
        threads.getCurrentThreadAllocatedBytes();
        long before = threads.getCurrentThreadAllocatedBytes();
        found += lookups(table, 10_000);
        long after = threads.getCurrentThreadAllocatedBytes();
        assertThat(after - before).isZero();
        assertThat(found).isPositive();
    }

    private static int lookups(AllowedIps<String> table, int count) {
        int found = 0;
        long bits = 1;
        for (int i = 0; i < count; i++) {
            bits = bits * 6364136223846793005L + 1442695040888963407L;
            if (table.lookup(false, bits & 0xffffffff00000000L, 0) != null) found++;
            if (table.lookup(true, bits, ~bits) != null) found++;
        }
        return found;
    }

    private static int[] shuffled(int length, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] order = new int[length];
        for (int i = 0; i < length; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    private static IpPrefix prefix(String text) {
        return IpPrefix.parse(text).orElseThrow();
    }

    private static String lookup(AllowedIps<String> table, String address) {
        IpAddress a = IpAddress.parse(address).orElseThrow();
        return table.lookup(a.v6(), a.high(), a.low());
    }

    private static List<String> list(AllowedIps<String> table) {
        List<String> lines = new ArrayList<>();
        table.forEach((prefix, owner) -> lines.add(prefix + " " + owner));
        return lines;
    }
}
