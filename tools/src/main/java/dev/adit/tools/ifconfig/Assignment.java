package dev.adit.tools.ifconfig;

import dev.adit.device.config.DeviceUpdate;

import java.util.List;

/// What one line of ifconfig(8) asks for. Immutable; whoever has it erases it.
///
/// @param create whether the interface is to be made first
/// @param destroy whether it is to be removed; then there is nothing else
/// @param actions changes to the system, in the order of the words
/// @param update all changes to keys and peers together, which come last; or null for none
record Assignment(boolean create, boolean destroy, List<Action> actions, DeviceUpdate update) {
    Assignment {
        actions = List.copyOf(actions);
    }

    void erase() {
        if (update != null) update.erase();
    }

    /// One change to the system around the interface.
    sealed interface Action {
        /// `up` or `down`.
        record Up(boolean up) implements Action {}

        /// `mtu`, in bytes.
        record Mtu(int bytes) implements Action {}

        /// `inet` and `inet6`.
        ///
        /// @param v6 whether it is of IPv6
        /// @param address the address without its prefix length, or null for the first one there is
        /// @param length the prefix length
        /// @param peer the address of the other end, or null
        /// @param broadcast the broadcast address, or null
        /// @param mode what to do with it
        record Address(
                boolean v6, String address, int length, String peer, String broadcast, Mode mode)
                implements Action {}

        /// `rdomain`: the network namespace of that number, 0 for the one we are in.
        record Domain(int number) implements Action {}

        /// `wgrtable` and `tunnelfib`: the routing table of the packets outside, 0 for the usual
        /// one.
        record OuterTable(int number) implements Action {}

        /// `fib`: the routing table of the packets that come out of the tunnel, 0 for the usual
        /// one.
        record InnerTable(int number) implements Action {}

        /// `description` of the interface; empty for none.
        record Description(String text) implements Action {}
    }

    /// What is done with an address.
    enum Mode {
        /// It takes the place of the first one of IPv4.
        SET,
        /// It is added.
        ALIAS,
        /// It is removed.
        DELETE
    }
}
