package dev.adit.os.ffi;

/// Offsets and numbers of netlink messages, from `linux/netlink.h`, `linux/rtnetlink.h`,
/// `linux/if_link.h` and `linux/net_namespace.h`. Immutable.
///
/// A message is a `struct nlmsghdr`, then a structure of its family, then attributes: a `struct
/// rtattr` and a value each. All begin at multiples of 4 bytes.
public final class Netlink {
    /// The protocol of interfaces, addresses and routes.
    public static final int NETLINK_ROUTE = 0;

    /// The multicast group for events of interfaces.
    public static final int RTMGRP_LINK = 1;

    /// The multicast groups for everything that a route may depend on: interfaces, and the
    /// addresses, routes and rules of both families.
    public static final int RTMGRP_ROUTING =
            RTMGRP_LINK | 0x10 | 0x40 | 0x80 | 0x100 | 0x400 | 1 << 18;

    /// The multicast groups that hear of routes, of both families.
    public static final int RTMGRP_ROUTES = 0x40 | 0x400;

    /// `nlmsghdr`: the length of the message, header included (`u32`).
    public static final int LENGTH = 0;

    /// `nlmsghdr`: the type (`u16`).
    public static final int TYPE = 4;

    /// `nlmsghdr`: the flags (`u16`).
    public static final int FLAGS = 6;

    /// `nlmsghdr`: the number of the request, which its answer repeats (`u32`).
    public static final int SEQUENCE = 8;

    /// The size of a `struct nlmsghdr`.
    public static final int HEADER_BYTES = 16;

    /// Flag of a request.
    public static final int NLM_F_REQUEST = 1;

    /// Flags of a request: for all that there is.
    public static final int NLM_F_DUMP = 0x300;

    /// Flag of an answer: what is told of has changed while it was told.
    public static final int NLM_F_DUMP_INTR = 0x10;

    /// Type of an error; an `int` follows, which is a negative errno or 0.
    public static final int NLMSG_ERROR = 2;

    /// Type of the end of an answer to a request for all that there is.
    public static final int NLMSG_DONE = 3;

    /// Type: an interface is new or has changed.
    public static final int RTM_NEWLINK = 16;

    /// Type: an interface was deleted, or left for another namespace.
    public static final int RTM_DELLINK = 17;

    /// Type: asks for an interface.
    public static final int RTM_GETLINK = 18;

    /// Type: a route.
    public static final int RTM_NEWROUTE = 24;

    /// Type: a route has gone.
    public static final int RTM_DELROUTE = 25;

    /// Type: asks for a route, or for all.
    public static final int RTM_GETROUTE = 26;

    /// Type: the number of a network namespace in this one, or a request to assign one.
    public static final int RTM_NEWNSID = 88;

    /// Type: asks for a network namespace's number.
    public static final int RTM_GETNSID = 90;

    /// `ifinfomsg`: the family (`u8`).
    public static final int IFI_FAMILY = 0;

    /// `ifinfomsg`: the interface index (`int`).
    public static final int IFI_INDEX = 4;

    /// `ifinfomsg`: the flags (`unsigned`).
    public static final int IFI_FLAGS = 8;

    /// The size of a `struct ifinfomsg`.
    public static final int IFINFO_BYTES = 16;

    /// Interface flag: set up by the administrator.
    public static final int IFF_UP = 1;

    /// Interface attribute: the name (string).
    public static final int IFLA_IFNAME = 3;

    /// Interface attribute: the MTU (`u32`).
    public static final int IFLA_MTU = 4;

    /// Interface attribute: the number of the namespace to look in (`s32`).
    public static final int IFLA_TARGET_NETNSID = 46;

    /// `rtmsg`: the family (`u8`).
    public static final int RTM_FAMILY = 0;

    /// `rtmsg`: the number of destination bits that count (`u8`).
    public static final int RTM_DST_LEN = 1;

    /// `rtmsg`: the number of source bits that count (`u8`).
    public static final int RTM_SRC_LEN = 2;

    /// `rtmsg`: the flags (`u32`).
    public static final int RTM_ROUTE_FLAGS = 8;

    /// Flag of a route request: asks for the entry of the table, not for the resulting route.
    public static final int RTM_F_FIB_MATCH = 0x2000;

    /// The size of a `struct rtmsg`.
    public static final int RTMSG_BYTES = 12;

    /// Route attribute: the destination (an address).
    public static final int RTA_DST = 1;

    /// Route attribute: the source (an address).
    public static final int RTA_SRC = 2;

    /// Route attribute: the interface it leaves by (`u32`).
    public static final int RTA_OIF = 4;

    /// Route attribute: the local address that packets by it bear (an address).
    public static final int RTA_PREFSRC = 7;

    /// Route attribute: the metrics (attributes).
    public static final int RTA_METRICS = 8;

    /// Route attribute: the next hops, if there is more than one (`struct rtnexthop`, each followed
    /// by attributes).
    public static final int RTA_MULTIPATH = 9;

    /// Route metric: the MTU (`u32`).
    public static final int RTAX_MTU = 2;

    /// `rtnexthop`: the length of it and its attributes (`u16`).
    public static final int RTNH_LENGTH = 0;

    /// `rtnexthop`: the interface it leaves by (`int`).
    public static final int RTNH_IFINDEX = 4;

    /// The size of a `struct rtnexthop`.
    public static final int RTNH_BYTES = 8;

    /// Route attribute: the firewall mark (`u32`).
    public static final int RTA_MARK = 16;

    /// Route attribute: the protocol above IP (`u8`).
    public static final int RTA_IP_PROTO = 27;

    /// Route attribute: the destination's port (`be16`).
    public static final int RTA_DPORT = 29;

    /// The size of a padded `struct rtgenmsg`, which precedes namespace attributes.
    public static final int RTGEN_BYTES = 4;

    /// Namespace attribute: its number, or -1 for none or any (`s32`).
    public static final int NETNSA_NSID = 1;

    /// Namespace attribute: a descriptor of it (`u32`).
    public static final int NETNSA_FD = 3;

    /// The size of a `struct rtattr`.
    public static final int ATTRIBUTE_BYTES = 4;

    /// `rtattr`: the length of the attribute, header included (`u16`).
    public static final int ATTRIBUTE_LENGTH = 0;

    /// `rtattr`: the type (`u16`).
    public static final int ATTRIBUTE_TYPE = 2;

    /// Flag of a type: the value is attributes.
    public static final int NLA_F_NESTED = 0x8000;

    /// The bits of a type that are not flags of its value.
    public static final int ATTRIBUTE_TYPE_MASK = 0x3fff;

    /// Rounds `bytes` up to the beginning of the next message or attribute.
    public static int align(int bytes) {
        return bytes + 3 & ~3;
    }

    private Netlink() {}
}
