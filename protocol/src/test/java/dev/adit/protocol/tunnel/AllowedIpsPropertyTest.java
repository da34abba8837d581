package dev.adit.protocol.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.ip.address.IpAddress;
import dev.adit.ip.address.IpPrefix;
import dev.adit.testing.Property;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// The trie against a list of prefixes that is searched from end to end.
class AllowedIpsPropertyTest {

    private static final String[] OWNERS = {"a", "b", "c", "d"};

    @Test
    void agreesWithALinearScan() {
        Property.check(
                500,
                random -> {
                    AllowedIps<String> table = AllowedIps.empty();
                    LinearScan model = new LinearScan();
                    int steps = 1 + random.nextInt(120);
                    for (int i = 0; i < steps; i++) {
                        table = step(random, table, model);
                        assertSame(random, table, model);
                    }
                });
    }

    @Test
    void olderTablesStayAsTheyWere() {
        Property.check(
                200,
                random -> {
                    LinearScan model = new LinearScan();
                    List<AllowedIps<String>> tables = new ArrayList<>(List.of(AllowedIps.empty()));
                    List<Map<IpPrefix, String>> contents = new ArrayList<>(List.of(Map.of()));
                    for (int i = 0; i < 60; i++) {
                        tables.add(step(random, tables.getLast(), model));
                        contents.add(Map.copyOf(model.routes));
                    }
                    for (int i = 0; i < tables.size(); i++) {
                        assertThat(content(tables.get(i))).isEqualTo(contents.get(i));
                    }
                });
    }

    @Test
    void theTrieHasNoNodeThatServesNothing() {
        Property.check(
                300,
                random -> {
                    AllowedIps<String> table = AllowedIps.empty();
                    LinearScan model = new LinearScan();
                    for (int i = 0; i < 150; i++) table = step(random, table, model);
                    int nodes = checkNodes(table.v4, 32) + checkNodes(table.v6, 128);
                    assertThat(nodes).isLessThanOrEqualTo(Math.max(0, 2 * table.size() - 1));
                });
    }

    @Test
    void theSamePrefixesGiveTheSameShapeInAnyOrder() {
        Property.check(
                200,
                random -> {
                    LinearScan model = new LinearScan();
                    AllowedIps<String> table = AllowedIps.empty();
                    for (int i = 0; i < 80; i++) table = step(random, table, model);
                    AllowedIps<String> again = AllowedIps.empty();
                    for (var route : model.routes.entrySet()) {
                        again = again.with(route.getKey(), route.getValue());
                    }
                    assertThat(shape(again.v4)).isEqualTo(shape(table.v4));
                    assertThat(shape(again.v6)).isEqualTo(shape(table.v6));
                });
    }

    /// One random change of both. Prefixes are drawn from few enough bits to meet each other often.
    private static AllowedIps<String> step(
            RandomGenerator random, AllowedIps<String> table, LinearScan model) {
        String owner = OWNERS[random.nextInt(OWNERS.length)];
        IpPrefix prefix = prefix(random);
        if (!model.routes.isEmpty() && random.nextInt(3) == 0) {
            prefix = List.copyOf(model.routes.keySet()).get(random.nextInt(model.routes.size()));
        }
        return switch (random.nextInt(20)) {
            case 0 -> {
                model.routes.values().removeIf(o -> o == owner);
                yield table.withoutAll(owner);
            }
            case 1, 2, 3, 4, 5 -> {
                boolean had = model.routes.remove(prefix, owner);
                AllowedIps<String> next = table.without(prefix, owner);
                assertThat(next != table).isEqualTo(had);
                yield next;
            }
            default -> {
                model.routes.put(prefix, owner);
                yield table.with(prefix, owner);
            }
        };
    }

    private static IpPrefix prefix(RandomGenerator random) {
        IpAddress address = address(random);
        return new IpPrefix(address, random.nextInt(address.bits() + 1));
    }

    /// An address whose bits come in runs, so that prefixes of all lengths share beginnings.
    private static IpAddress address(RandomGenerator random) {
        if (random.nextBoolean()) return IpAddress.v4((int) runs(random));
        return IpAddress.v6(runs(random), runs(random));
    }

    private static long runs(RandomGenerator random) {
        return switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> -1L << random.nextInt(64);
            case 2 -> 0xaaaaaaaaaaaaaaaaL ^ (1L << random.nextInt(64));
            default -> random.nextLong();
        };
    }

    private static void assertSame(
            RandomGenerator random, AllowedIps<String> table, LinearScan model) {
        assertThat(table.size()).isEqualTo(model.routes.size());
        assertThat(content(table)).isEqualTo(model.routes);
        IpPrefix exact = prefix(random);
        assertThat(table.exact(exact)).isSameAs(model.routes.get(exact));
        for (int i = 0; i < 4; i++) assertSameLookup(address(random), table, model);
        for (IpPrefix prefix : model.routes.keySet()) {
            assertSameLookup(prefix.address(), table, model);
            assertThat(table.exact(prefix)).isSameAs(model.routes.get(prefix));
        }
    }

    private static void assertSameLookup(
            IpAddress address, AllowedIps<String> table, LinearScan model) {
        assertThat(table.lookup(address.v6(), address.high(), address.low()))
                .isSameAs(model.lookup(address));
    }

    private static Map<IpPrefix, String> content(AllowedIps<String> table) {
        Map<IpPrefix, String> content = new HashMap<>();
        table.forEach((prefix, owner) -> assertThat(content.put(prefix, owner)).isNull());
        return content;
    }

    /// The number of nodes from `node` down, each checked.
    private static int checkNodes(AllowedIps.Node<String> node, int bits) {
        if (node == null) return 0;
        assertThat(node.length).isBetween(0, bits);
        if (node.owner == null) {
            assertThat(node.zero).isNotNull();
            assertThat(node.one).isNotNull();
        }
        assertThat(node.size)
                .isEqualTo(
                        (node.owner == null ? 0 : 1)
                                + AllowedIps.Node.size(node.zero)
                                + AllowedIps.Node.size(node.one));
        return 1
                + checkChild(node, node.zero, false, bits)
                + checkChild(node, node.one, true, bits);
    }

    private static int checkChild(
            AllowedIps.Node<String> node, AllowedIps.Node<String> child, boolean one, int bits) {
        if (child == null) return 0;
        assertThat(child.length).isGreaterThan(node.length);
        assertThat(node.covers(child.high, child.low)).isTrue();
        assertThat(node.child(child.high, child.low)).isSameAs(child);
        assertThat(child == node.one).isEqualTo(one);
        return checkNodes(child, bits);
    }

    private static String shape(AllowedIps.Node<String> node) {
        if (node == null) return "-";
        return "(%x:%x/%d=%s %s %s)"
                .formatted(
                        node.high,
                        node.low,
                        node.length,
                        node.owner,
                        shape(node.zero),
                        shape(node.one));
    }

    private static final class LinearScan {
        final Map<IpPrefix, String> routes = new LinkedHashMap<>();

        String lookup(IpAddress address) {
            int longest = -1;
            String owner = null;
            for (var route : routes.entrySet()) {
                IpPrefix prefix = route.getKey();
                if (prefix.address().v6() == address.v6()
                        && prefix.length() > longest
                        && prefix.contains(address.high(), address.low())) {
                    longest = prefix.length();
                    owner = route.getValue();
                }
            }
            return owner;
        }
    }
}
