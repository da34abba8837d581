package dev.adit.os.ffi;

/// Numbers of the netlink messages of connection tracking, from `linux/netfilter/nfnetlink.h` and
/// `linux/netfilter/nfnetlink_conntrack.h`. Immutable.
///
/// The body of a message is a `struct nfgenmsg`, whose first byte is the family. Numbers in
/// attributes are in network byte order.
public final class Conntrack {
    /// The protocol of packet filters.
    public static final int NETLINK_NETFILTER = 12;

    /// The size of a `struct nfgenmsg`.
    public static final int NFGEN_BYTES = 4;

    /// Type: an entry.
    public static final int IPCTNL_MSG_CT_NEW = 0x100;

    /// Type: asks for an entry by one of its tuples.
    public static final int IPCTNL_MSG_CT_GET = 0x101;

    /// Attribute: the tuple of the packets of the initiator (attributes).
    public static final int CTA_TUPLE_ORIG = 1;

    /// Attribute: the tuple of the packets that answer it (attributes).
    public static final int CTA_TUPLE_REPLY = 2;

    /// Of a tuple: the addresses (attributes).
    public static final int CTA_TUPLE_IP = 1;

    /// Of a tuple: the protocol and its numbers (attributes).
    public static final int CTA_TUPLE_PROTO = 2;

    /// Address of a tuple: the IPv4 source.
    public static final int CTA_IP_V4_SRC = 1;

    /// Address of a tuple: the IPv4 destination.
    public static final int CTA_IP_V4_DST = 2;

    /// Address of a tuple: the IPv6 source.
    public static final int CTA_IP_V6_SRC = 3;

    /// Address of a tuple: the IPv6 destination.
    public static final int CTA_IP_V6_DST = 4;

    /// Number of a tuple: the protocol (`u8`).
    public static final int CTA_PROTO_NUM = 1;

    /// Number of a tuple: the source port (`be16`).
    public static final int CTA_PROTO_SRC_PORT = 2;

    /// Number of a tuple: the destination port (`be16`).
    public static final int CTA_PROTO_DST_PORT = 3;

    /// Number of a tuple: the identifier of ICMP (`be16`); its type and code follow (`u8` each).
    public static final int CTA_PROTO_ICMP_ID = 4;

    /// Number of a tuple: the identifier of ICMPv6; its type and code follow.
    public static final int CTA_PROTO_ICMPV6_ID = 7;

    private Conntrack() {}
}
