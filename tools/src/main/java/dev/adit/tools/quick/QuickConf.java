package dev.adit.tools.quick;

import java.util.Arrays;
import java.util.List;

/// A parsed configuration file, divided into the additions of wg-quick(8) and the rest, which is
/// for wg(8). Immutable except for [#erase].
///
/// Texts are one character (U+0000 to U+00FF) per byte of the file, so that they are written as
/// they were read, whatever their encoding.
///
/// @param addresses of the interface, as written
/// @param dns addresses of name servers
/// @param dnsSearch domains to search
/// @param mtu as written, or empty
/// @param table as written, or empty
/// @param saveConfig whether `down` writes the state back
/// @param rest the lines that are for wg(8), with their line ends; it holds keys
/// @param restLines the number of each line of `rest` in the file
/// @param mistake the first useless value, its mistake and its place; or null
record QuickConf(
        List<String> addresses,
        List<String> dns,
        List<String> dnsSearch,
        String mtu,
        String table,
        List<String> preUp,
        List<String> postUp,
        List<String> preDown,
        List<String> postDown,
        boolean saveConfig,
        byte[] rest,
        List<Integer> restLines,
        String mistake) {

    /// True when routes go to the main table, and default routes to one of their own.
    boolean automaticTable() {
        return table.isEmpty() || table.equals("auto");
    }

    /// Erases the keys.
    void erase() {
        Arrays.fill(rest, (byte) 0);
    }

    /// The text without the keys.
    @Override
    public String toString() {
        return "QuickConf" + addresses;
    }

    /// Compares by identity: a record would compare the keys, and not in constant time.
    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
