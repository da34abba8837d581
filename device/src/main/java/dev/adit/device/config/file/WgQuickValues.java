package dev.adit.device.config.file;

import java.util.Optional;

/// Checks the values of wg-quick(8)'s keys. Values that the system might accept, as it has names
/// and abbreviations of its own, are left to it. Stateless.
final class WgQuickValues {
    /// The mistake in `value`, as the end of a sentence about it; empty when there is none.
    ///
    /// @param key `Address`, with a single value of the list; `MTU` or `Table`
    static Optional<String> mistake(String key, String value) {
        String mistake =
                switch (key) {
                    case "Address" ->
                            InterfaceAddress.parse(value).isPresent() ? null : "is not an address";
                    case "MTU" -> isMtu(value) ? null : "is not an MTU of 68-65535";
                    default -> isTable(value) ? null : "is not a routing table";
                };
        return Optional.ofNullable(mistake);
    }

    private static boolean isMtu(String value) {
        if (value.isEmpty()) return true;
        if (!value.matches("[0-9]{1,9}")) return false;
        int mtu = Integer.parseInt(value);
        return mtu >= 68 && mtu <= 65535;
    }

    private static boolean isTable(String value) {
        if (!value.matches("[0-9]+")) return !value.matches(".*\\s.*");
        return value.length() <= 10 && Long.parseLong(value) <= 0xffffffffL;
    }

    private WgQuickValues() {}
}
