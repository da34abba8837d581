package dev.adit.os.ffi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/// A `struct ifreq` (netdevice(7)) and the requests that take one. Confined to the thread that made
/// its arena.
public final class IfReq {
    private final MemorySegment memory;

    /// A zeroed request.
    public IfReq(Arena arena) {
        memory = arena.allocate(BYTES, Long.BYTES);
    }

    /// Its address in memory.
    public long address() {
        return memory.address();
    }

    /// The interface's name.
    public String name() {
        return memory.getString(NAME, StandardCharsets.UTF_8);
    }

    /// Sets the interface's name, of at most [#NAME_MAX] bytes.
    public void name(String name) {
        memory.asSlice(NAME, NAME_BYTES).fill((byte) 0).setString(0, name, StandardCharsets.UTF_8);
    }

    /// `ifr_flags`.
    public int flags() {
        return memory.get(JAVA_SHORT, UNION) & 0xffff;
    }

    /// Sets `ifr_flags`.
    public void flags(int flags) {
        memory.set(JAVA_SHORT, UNION, (short) flags);
    }

    /// `ifr_mtu`.
    public int mtu() {
        return memory.get(JAVA_INT, UNION);
    }

    /// Sets `ifr_mtu`.
    public void mtu(int mtu) {
        memory.set(JAVA_INT, UNION, mtu);
    }

    /// The maximum length of a name in bytes.
    public static final int NAME_MAX = 15;

    /// `ifr_qlen`.
    public int queueLength() {
        return memory.get(JAVA_INT, UNION);
    }

    /// Sets `ifr_qlen`.
    public void queueLength(int packets) {
        memory.set(JAVA_INT, UNION, packets);
    }

    /// Gets the number of packets that may wait to be read.
    public static final long SIOCGIFTXQLEN = 0x8942;

    /// Sets the number of packets that may wait to be read.
    public static final long SIOCSIFTXQLEN = 0x8943;

    /// Gets the flags, including whether the interface is up.
    public static final long SIOCGIFFLAGS = 0x8913;

    /// Sets the flags.
    public static final long SIOCSIFFLAGS = 0x8914;

    /// Gets the MTU.
    public static final long SIOCGIFMTU = 0x8921;

    /// Sets the MTU.
    public static final long SIOCSIFMTU = 0x8922;

    /// Makes or attaches to the TUN interface of that name and those flags.
    public static final long TUNSETIFF = 0x400454caL;

    /// Gets the name and the flags of a TUN descriptor's interface.
    public static final long TUNGETIFF = 0x800454d2L;

    /// Sets the size of the `virtio_net_hdr` before each packet; takes an `int`.
    public static final long TUNSETVNETHDRSZ = 0x400454d8L;

    /// Sets which work the TUN's reader can finish for the kernel; takes the bits themselves.
    public static final long TUNSETOFFLOAD = 0x400454d0L;

    /// Of [#TUNSETOFFLOAD]: checksums may be left to the reader.
    public static final int TUN_F_CSUM = 0x01;

    /// Of [#TUNSETOFFLOAD]: cutting TCP over IPv4 may be left to the reader.
    public static final int TUN_F_TSO4 = 0x02;

    /// Of [#TUNSETOFFLOAD]: cutting TCP over IPv6 may be left to the reader.
    public static final int TUN_F_TSO6 = 0x04;

    /// Of [#TUNSETOFFLOAD]: so may cutting TCP packets with ECN flags.
    public static final int TUN_F_TSO_ECN = 0x08;

    /// Of [#TUNSETOFFLOAD], since Linux 6.2: cutting UDP over IPv4.
    public static final int TUN_F_USO4 = 0x20;

    /// Of [#TUNSETOFFLOAD], since Linux 6.2: cutting UDP over IPv6.
    public static final int TUN_F_USO6 = 0x40;

    /// Opens the network namespace in which a TUN descriptor's interface is; takes nothing.
    public static final long TUNGETDEVNETNS = 0x54e3L;

    /// Makes a descriptor non-blocking, or not; takes an `int`.
    public static final long FIONBIO = 0x5421;

    /// Closes a descriptor on exec; takes nothing.
    public static final long FIOCLEX = 0x5451;

    /// The interface carries IP packets.
    public static final int IFF_TUN = 0x0001;

    /// There are no packet information bytes before each packet.
    public static final int IFF_NO_PI = 0x1000;

    /// More descriptors can be attached, each a queue of its own.
    public static final int IFF_MULTI_QUEUE = 0x0100;

    /// There is a `virtio_net_hdr` before each packet.
    public static final int IFF_VNET_HDR = 0x4000;

    /// Do not attach to an existing interface.
    public static final int IFF_TUN_EXCL = 0x8000;

    static final int NAME = 0;
    static final int NAME_BYTES = 16;
    static final int UNION = 16;
    static final int BYTES = 40;
}
