package dev.adit.tools.ifconfig;

import dev.adit.device.config.DeviceInfo;
import dev.adit.device.config.DeviceStatus;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// The facts about an interface that `ifconfig` shows, in any layout. Immutable.
///
/// @param name the name
/// @param index its number
/// @param flags its flags as the BSDs number them
/// @param mtu its MTU, in bytes
/// @param description its description; empty for none
/// @param domain the network namespace it is in, or null for ours
/// @param status its daemon's answer, or null when we may not ask
/// @param notes the names of its peers
/// @param record its record
/// @param ipv4 its IPv4 addresses
/// @param ipv6 its IPv6 addresses
/// @param process the number of its daemon's process
/// @param now the present time
record InterfaceFacts(
        String name,
        String index,
        int flags,
        String mtu,
        String description,
        @Nullable String domain,
        @Nullable DeviceStatus status,
        DeviceInfo notes,
        InterfaceRecord record,
        List<InterfaceAddresses.Present> ipv4,
        List<InterfaceAddresses.Present> ipv6,
        OptionalLong process,
        Instant now) {

    /// The flags, in hexadecimal and by name.
    String flagText() {
        List<String> names = new ArrayList<>();
        for (Flag flag : Flag.values()) if ((flags & flag.bit()) != 0) names.add(flag.name());
        return Integer.toHexString(flags) + '<' + String.join(",", names) + '>';
    }

    /// Its groups; the first is that of all WireGuard interfaces.
    String groups() {
        List<String> all = new ArrayList<>(List.of("wg"));
        record.groups().stream().filter(group -> !all.contains(group)).forEach(all::add);
        return String.join(" ", all);
    }

    /// The address with the interface behind it, if it is link-local.
    String zoned(InterfaceAddresses.Present address) {
        return address.text() + (address.isLinkLocal() ? "%" + name : "");
    }

    /// The scope of a link-local address; empty for others.
    String scope(InterfaceAddresses.Present address) {
        if (!address.isLinkLocal()) return "";
        return " scopeid 0x" + Integer.toHexString(Integer.parseInt(index));
    }

    /// A flag of an interface, in the order in which they are shown.
    enum Flag {
        UP(0x1, "UP"),
        BROADCAST(0x2, "BROADCAST"),
        DEBUG(0x4, "DEBUG"),
        POINTOPOINT(0x10, "POINTOPOINT"),
        RUNNING(0x40, "LOWER_UP"),
        NOARP(0x80, "NOARP"),
        MULTICAST(0x8000, "MULTICAST");

        private final int bit;
        private final String linux;

        Flag(int bit, String linux) {
            this.bit = bit;
            this.linux = linux;
        }

        /// The bit of the flag, the same on all BSDs.
        int bit() {
            return bit;
        }

        /// True when `word` of `ip link` is this flag.
        boolean isCalled(String word) {
            return linux.equals(word);
        }
    }
}
