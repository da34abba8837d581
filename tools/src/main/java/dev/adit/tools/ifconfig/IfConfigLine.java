package dev.adit.tools.ifconfig;

import dev.adit.device.config.DeviceUpdate;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// The parsed form of one line of ifconfig(8). Immutable; its owner erases it.
///
/// @param create whether to create the interface first
/// @param destroy whether to remove it; then there is nothing else
/// @param actions changes to the system, in the order of the words
/// @param update all changes to keys and peers together, which come last; or null for none
record IfConfigLine(
        boolean create, boolean destroy, List<Action> actions, @Nullable DeviceUpdate update) {
    IfConfigLine {
        actions = List.copyOf(actions);
    }

    /// This assignment with a peer address for its last address that has none; null when there is
    /// no such address. It shares its keys with this one.
    @Nullable IfConfigLine withPeer(String peer, boolean v6) {
        for (int i = actions.size() - 1; i >= 0; i--) {
            if (!(actions.get(i) instanceof Action.Address address)) continue;
            if (address.v6() != v6 || address.peer() != null) continue;
            if (address.mode() == Mode.DELETE) continue;
            List<Action> changed = new ArrayList<>(actions);
            changed.set(i, address.withPeer(peer));
            return new IfConfigLine(create, destroy, changed, update);
        }
        return null;
    }

    void erase() {
        if (update != null) update.erase();
    }

    /// A change to the system around the interface.
    sealed interface Action {
        /// True when the interface is up afterwards, whatever it was before.
        default boolean takesUp() {
            return switch (this) {
                case Up(boolean up) -> up;
                case Address address -> address.mode() != Mode.DELETE;
                default -> false;
            };
        }

        /// `up` or `down`.
        record Up(boolean up) implements Action {}

        /// `mtu`, in bytes.
        record Mtu(int bytes) implements Action {}

        /// `inet` and `inet6`.
        ///
        /// @param v6 whether it is IPv6
        /// @param address the address without its prefix length, or null for the first one of the
        ///   interface
        /// @param length the prefix length
        /// @param peer the address of the other end, or null
        /// @param broadcast the broadcast address, or null
        /// @param mode what to do with it
        record Address(
                boolean v6,
                @Nullable String address,
                int length,
                @Nullable String peer,
                @Nullable String broadcast,
                Mode mode)
                implements Action {
            Address withPeer(String other) {
                return new Address(v6, address, length, other, broadcast, mode);
            }
        }

        /// `rdomain`: the network namespace of that number, 0 for the one we are in.
        record Domain(int number) implements Action {}

        /// `wgrtable` and `tunnelfib`: the routing table of outer packets, 0 for the usual one.
        record OuterTable(int number) implements Action {}

        /// `fib`: the routing table of packets that come out of the tunnel, 0 for the usual one.
        record InnerTable(int number) implements Action {}

        /// `name`: the new name of the interface.
        record Name(String name) implements Action {}

        /// `group` and `-group`: whether the interface is in the group of that name.
        record Group(String name, boolean member) implements Action {}

        /// A word without effect here, about which one line is printed.
        record Note(String text) implements Action {}

        /// `description` of the interface; empty for none.
        record Description(String text) implements Action {}
    }

    /// The change to make with an address.
    enum Mode {
        /// Replaces the first IPv4 address.
        SET,
        /// Adds the address.
        ALIAS,
        /// Removes the address.
        DELETE
    }
}
