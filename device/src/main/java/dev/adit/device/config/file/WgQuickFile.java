package dev.adit.device.config.file;

import dev.adit.device.config.ConfigException;
import dev.adit.device.config.ConfigException.Place;
import dev.adit.device.config.DeviceUpdate;
import dev.adit.device.resolve.Resolver;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

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
/// @param lines where in the file some of it is
/// @param mistake the first useless value and its place, or null: with it no tunnel can be made,
///   but everything else works
public record WgQuickFile(
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
        Lines lines,
        @Nullable ConfigException mistake) {

    /// Lines of the file, counted from 1. Immutable.
    ///
    /// @param section where the interface section begins first, or 0 when there is none
    /// @param mtu of the MTU, or 0 when there is none
    /// @param dns of each name server
    public record Lines(int section, int mtu, List<Integer> dns) {
        public Lines {
            dns = List.copyOf(dns);
        }
    }

    /// Parses `text`. The receiver erases the result; erasing `text` is up to the caller.
    ///
    /// @param name the name of the file, for errors
    /// @throws ConfigException when the value of `SaveConfig` is invalid
    public static WgQuickFile parse(byte[] text, String name) throws ConfigException {
        return WgQuickParser.parse(text, name);
    }

    /// Parses the lines that are for wg(8) into an update that replaces the whole configuration,
    /// which the receiver erases. Errors name lines of the whole file.
    ///
    /// @param name the name of the file, for errors
    public DeviceUpdate update(String name, Resolver resolver, Consumer<String> warnings)
            throws ConfigException {
        try {
            return new ConfFile(resolver, warnings).parse(rest, name, ConfFile.Mode.SET);
        } catch (ConfigException e) {
            throw e.at(place(e.place()));
        }
    }

    /// The place in the whole file of one in [#rest].
    public Place place(Place inRest) {
        if (inRest.line() == 0) return inRest;
        int line = restLines.get(inRest.line() - 1);
        String key = "".equals(inRest.key()) ? null : inRest.key();
        return new Place(inRest.file(), line, inRest.section(), key);
    }

    /// True when routes go to the main table, and default routes to one of their own.
    public boolean automaticTable() {
        return table.isEmpty() || table.equals("auto");
    }

    /// Erases the keys.
    public void erase() {
        Arrays.fill(rest, (byte) 0);
    }

    /// The text without the keys.
    @Override
    public String toString() {
        return "WgQuickFile" + addresses;
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
