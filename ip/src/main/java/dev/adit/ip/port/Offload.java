package dev.adit.ip.port;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// An offload of the TUN or the UDP socket (GSO, GRO, TSO, USO): a way to carry many packets
/// through the kernel as one. The platform decides which are in use; the packets received are the
/// same with and without.
public enum Offload {
    /// The kernel passes on TCP packets of up to 64 KiB, to be cut here.
    TUN_TSO,
    /// The same for UDP.
    TUN_USO,
    /// Packets of one TCP flow are passed to the kernel in one piece.
    TUN_GRO,
    /// The same for UDP.
    TUN_UDP_GRO,
    /// Datagrams of one size are passed to the socket in one piece, to be cut by the kernel or the
    /// network card.
    UDP_GSO,
    /// The socket merges datagrams of one sender.
    UDP_GRO;

    /// The name for administrators: `tun-tso`.
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// The names of all of these, or `none`.
    public static String text(Set<Offload> offloads) {
        if (offloads.isEmpty()) return "none";
        return offloads.stream().sorted().map(Offload::text).collect(Collectors.joining(", "));
    }

    /// Finds the offload of that name.
    public static Optional<Offload> parse(String text) {
        for (Offload offload : values()) {
            if (offload.text().equals(text)) return Optional.of(offload);
        }
        return Optional.empty();
    }
}
