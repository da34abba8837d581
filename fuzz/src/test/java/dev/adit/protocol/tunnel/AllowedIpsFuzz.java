package dev.adit.protocol.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.fuzz.Input;
import dev.adit.fuzz.Target;
import dev.adit.ip.address.IpAddress;
import dev.adit.ip.address.IpPrefix;

import java.util.HashMap;
import java.util.Map;

/// The routing table against one that looks at every prefix.
public final class AllowedIpsFuzz implements Target {
    @Override
    public void take(byte[] bytes) {
        Input input = new Input(bytes);
        AllowedIps<String> table = AllowedIps.empty();
        Map<IpPrefix, String> model = new HashMap<>();
        while (!input.isEmpty()) {
            int change = input.below(8);
            IpPrefix prefix = prefix(input);
            String owner = OWNERS[input.below(OWNERS.length)];
            AllowedIps<String> old = table;
            Map<IpPrefix, String> oldModel = Map.copyOf(model);
            if (change < 5) {
                table = table.with(prefix, owner);
                model.put(prefix, owner);
            } else if (change < 7) {
                table = table.without(prefix, owner);
                model.remove(prefix, owner);
            } else {
                table = table.withoutAll(owner);
                model.values().removeIf(owner::equals);
            }
            check(table, model, prefix);
            check(old, oldModel, prefix); // a reader may still hold it
        }
        Map<IpPrefix, String> seen = new HashMap<>();
        table.forEach(seen::put);
        assertThat(seen).isEqualTo(model);
    }

    private static void check(
            AllowedIps<String> table, Map<IpPrefix, String> model, IpPrefix near) {
        assertThat(table.size()).isEqualTo(model.size());
        assertThat(table.exact(near)).isEqualTo(model.get(near));
        IpAddress a = near.address();
        for (long flip : FLIPS) {
            IpAddress address =
                    a.v6()
                            ? IpAddress.v6(a.high() ^ flip, a.low() ^ flip)
                            : IpAddress.v4((int) ((a.high() ^ flip) >>> 32));
            assertThat(table.lookup(a.v6(), address.high(), address.low()))
                    .isEqualTo(scan(model, address));
        }
    }

    private static String scan(Map<IpPrefix, String> model, IpAddress address) {
        int longest = -1;
        String owner = null;
        for (Map.Entry<IpPrefix, String> entry : model.entrySet()) {
            IpPrefix prefix = entry.getKey();
            if (prefix.address().v6() != address.v6() || prefix.length() <= longest) continue;
            if (!prefix.contains(address.high(), address.low())) continue;
            longest = prefix.length();
            owner = entry.getValue();
        }
        return owner;
    }

    /// Bits are taken from a short pattern, so that prefixes meet.
    private static IpPrefix prefix(Input input) {
        boolean v6 = input.flag();
        int length = input.below(v6 ? 129 : 33);
        long high = (long) input.u16() << 48 | (long) input.u8() << 32;
        IpAddress address =
                v6 ? IpAddress.v6(high, (long) input.u8() << 56) : IpAddress.v4((int) (high >> 32));
        return new IpPrefix(address, length);
    }

    private static final String[] OWNERS = {"a", "b", "c"};
    private static final long[] FLIPS = {0, 1L << 63, 1L << 48, 1L << 32, 1, -1L};
}
