package dev.adit.os.ffi;

/// Levels and names of socket options, from `sys/socket.h` and `netinet/in.h`. Immutable.
public final class SockOpt {
    /// Type of stream sockets.
    public static final int SOCK_STREAM = 1;

    /// Type of datagram sockets.
    public static final int SOCK_DGRAM = 2;

    /// Type of raw sockets.
    public static final int SOCK_RAW = 3;

    /// Level of options of any socket.
    public static final int SOL_SOCKET = 1;

    /// Bytes of the send buffer, within `net.core.wmem_max`.
    public static final int SO_SNDBUF = 7;

    /// Bytes of the receive buffer, within `net.core.rmem_max`.
    public static final int SO_RCVBUF = 8;

    /// Bytes of the send buffer, for `CAP_NET_ADMIN`.
    public static final int SO_SNDBUFFORCE = 32;

    /// Bytes of the receive buffer, for `CAP_NET_ADMIN`.
    public static final int SO_RCVBUFFORCE = 33;

    /// The firewall mark.
    public static final int SO_MARK = 36;

    /// Level of IPv4.
    public static final int IPPROTO_IP = 0;

    /// The type of service of packets sent.
    public static final int IP_TOS = 1;

    /// The time to live of a datagram.
    public static final int IP_TTL = 2;

    /// The local address and the interface of a datagram.
    public static final int IP_PKTINFO = 8;

    /// Controls whether datagrams may be fragmented.
    public static final int IP_MTU_DISCOVER = 10;

    /// Asks for the type of service of received datagrams; it comes as [#IP_TOS].
    public static final int IP_RECVTOS = 13;

    /// Never set DF.
    public static final int IP_PMTUDISC_DONT = 0;

    /// Level of raw sockets.
    public static final int SOL_RAW = 255;

    /// Of a raw socket for ICMP: the types of which it receives nothing (`u32`).
    public static final int ICMP_FILTER = 1;

    /// The protocol ICMP.
    public static final int IPPROTO_ICMP = 1;

    /// The protocol ICMPv6, and the level of its options.
    public static final int IPPROTO_ICMPV6 = 58;

    /// Of a raw socket for ICMPv6: the types of which it receives nothing (256 bits).
    public static final int ICMPV6_FILTER = 1;

    /// The size of what [#ICMPV6_FILTER] takes.
    public static final int ICMPV6_FILTER_BYTES = 32;

    /// Level of IPv6.
    public static final int IPPROTO_IPV6 = 41;

    /// Controls whether packets may be fragmented.
    public static final int IPV6_MTU_DISCOVER = 23;

    /// No IPv4-mapped addresses.
    public static final int IPV6_V6ONLY = 26;

    /// Asks for [#IPV6_PKTINFO] with received datagrams.
    public static final int IPV6_RECVPKTINFO = 49;

    /// The local address and the interface of a datagram.
    public static final int IPV6_PKTINFO = 50;

    /// The hop limit of a datagram.
    public static final int IPV6_HOPLIMIT = 52;

    /// Asks for [#IPV6_TCLASS] with received datagrams.
    public static final int IPV6_RECVTCLASS = 66;

    /// The traffic class of a datagram.
    public static final int IPV6_TCLASS = 67;

    /// Level of UDP.
    public static final int SOL_UDP = 17;

    /// The size of the datagrams into which a send is to be cut; an `int` as an option, a `short`
    /// as a control message.
    public static final int UDP_SEGMENT = 103;

    /// Asks for merged datagrams of one sender; their size comes as a control message with an
    /// `int`.
    public static final int UDP_GRO = 104;

    /// Level of netlink.
    public static final int SOL_NETLINK = 270;

    /// Asks for the events of all network namespaces that have a number in the socket's own.
    public static final int NETLINK_LISTEN_ALL_NSID = 8;

    /// Has the kernel heed what a request for all that there is asks for, since Linux 4.20.
    public static final int NETLINK_GET_STRICT_CHK = 12;

    private SockOpt() {}
}
