package dev.adit.os.ffi;

import static org.assertj.core.api.Assertions.assertThat;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.util.HexFormat;

/// The offsets in use against the C declarations, laid out by the rules of C.
class LayoutTest {
    private final Arena arena = Arena.ofAuto();

    @Test
    void placesTheFieldsOfMsghdr() {
        StructLayout msghdr =
                MemoryLayout.structLayout(
                        ADDRESS.withName("msg_name"),
                        JAVA_INT.withName("msg_namelen"),
                        MemoryLayout.paddingLayout(4),
                        ADDRESS.withName("msg_iov"),
                        JAVA_LONG.withName("msg_iovlen"),
                        ADDRESS.withName("msg_control"),
                        JAVA_LONG.withName("msg_controllen"),
                        JAVA_INT.withName("msg_flags"),
                        MemoryLayout.paddingLayout(4));
        StructLayout mmsghdr =
                MemoryLayout.structLayout(
                        msghdr.withName("msg_hdr"),
                        JAVA_INT.withName("msg_len"),
                        MemoryLayout.paddingLayout(4));

        assertThat(MsgHdrs.NAME).isEqualTo(offset(msghdr, "msg_name")).isEqualTo(0);
        assertThat(MsgHdrs.NAME_LENGTH).isEqualTo(offset(msghdr, "msg_namelen")).isEqualTo(8);
        assertThat(MsgHdrs.IOV).isEqualTo(offset(msghdr, "msg_iov")).isEqualTo(16);
        assertThat(MsgHdrs.IOV_COUNT).isEqualTo(offset(msghdr, "msg_iovlen")).isEqualTo(24);
        assertThat(MsgHdrs.CONTROL).isEqualTo(offset(msghdr, "msg_control")).isEqualTo(32);
        assertThat(MsgHdrs.CONTROL_LENGTH)
                .isEqualTo(offset(msghdr, "msg_controllen"))
                .isEqualTo(40);
        assertThat(MsgHdrs.FLAGS).isEqualTo(offset(msghdr, "msg_flags")).isEqualTo(48);
        assertThat(MsgHdrs.LENGTH).isEqualTo(offset(mmsghdr, "msg_len")).isEqualTo(56);
        assertThat(MsgHdrs.BYTES).isEqualTo((int) mmsghdr.byteSize()).isEqualTo(64);
    }

    @Test
    void placesTheFieldsOfIovec() {
        StructLayout iovec =
                MemoryLayout.structLayout(
                        ADDRESS.withName("iov_base"), JAVA_LONG.withName("iov_len"));

        assertThat(MsgHdrs.IOVEC_BASE).isEqualTo(offset(iovec, "iov_base"));
        assertThat(MsgHdrs.IOVEC_LENGTH).isEqualTo(offset(iovec, "iov_len"));
        assertThat(MsgHdrs.IOVEC_BYTES).isEqualTo((int) iovec.byteSize()).isEqualTo(16);
    }

    @Test
    void placesTheFieldsOfPollfd() {
        StructLayout pollfd =
                MemoryLayout.structLayout(
                        JAVA_INT.withName("fd"),
                        JAVA_SHORT.withName("events"),
                        JAVA_SHORT.withName("revents"));

        assertThat(PollFds.FD).isEqualTo(offset(pollfd, "fd"));
        assertThat(PollFds.EVENTS).isEqualTo(offset(pollfd, "events"));
        assertThat(PollFds.REVENTS).isEqualTo(offset(pollfd, "revents"));
        assertThat(PollFds.BYTES).isEqualTo((int) pollfd.byteSize()).isEqualTo(8);
    }

    @Test
    void placesTheFieldsOfIfreq() {
        StructLayout ifmap =
                MemoryLayout.structLayout(
                        JAVA_LONG.withName("mem_start"),
                        JAVA_LONG.withName("mem_end"),
                        JAVA_SHORT.withName("base_addr"),
                        JAVA_BYTE.withName("irq"),
                        JAVA_BYTE.withName("dma"),
                        JAVA_BYTE.withName("port"),
                        MemoryLayout.paddingLayout(3));
        StructLayout ifreq =
                MemoryLayout.structLayout(
                        MemoryLayout.sequenceLayout(16, JAVA_BYTE).withName("ifr_name"),
                        ifmap.withName("ifr_ifru"));

        assertThat(IfReq.NAME).isEqualTo(offset(ifreq, "ifr_name"));
        assertThat(IfReq.UNION).isEqualTo(offset(ifreq, "ifr_ifru")).isEqualTo(16);
        assertThat(IfReq.BYTES).isEqualTo((int) ifreq.byteSize()).isEqualTo(40);
    }

    @Test
    void encodesTheIoctlRequestsOfTheTunDriver() {
        assertThat(IfReq.TUNSETIFF).isEqualTo(ioctlCode(1, 202, Integer.BYTES));
        assertThat(IfReq.TUNGETIFF).isEqualTo(ioctlCode(2, 210, Integer.BYTES));
        assertThat(IfReq.TUNSETOFFLOAD).isEqualTo(ioctlCode(1, 208, Integer.BYTES));
        assertThat(IfReq.TUNSETVNETHDRSZ).isEqualTo(ioctlCode(1, 216, Integer.BYTES));
        assertThat(IfReq.TUNGETDEVNETNS).isEqualTo(ioctlCode(0, 227, 0));
    }

    /// `_IOC` of `asm-generic/ioctl.h`, for type `T`.
    private static long ioctlCode(long direction, long number, long bytes) {
        return direction << 30 | bytes << 16 | 'T' << 8 | number;
    }

    @Test
    void writesSockaddrIn() {
        MemorySegment memory = dirty(SockAddr.INET_BYTES);

        SockAddr.setInet(memory, 0, 0xc0000201, 51820);

        assertThat(hex(memory)).isEqualTo("0200" + "ca6c" + "c0000201" + "0000000000000000");
        assertThat(SockAddr.family(memory, 0)).isEqualTo(SockAddr.AF_INET);
        assertThat(SockAddr.port(memory, 0)).isEqualTo(51820);
        assertThat(SockAddr.inet(memory, 0)).isEqualTo(0xc0000201);
    }

    @Test
    void writesSockaddrIn6() {
        MemorySegment memory = dirty(SockAddr.INET6_BYTES);

        SockAddr.setInet6(memory, 0, 0xfe80000000000000L, 0x0102030405060708L, 65535, 3);

        assertThat(hex(memory))
                .isEqualTo(
                        "0a00"
                                + "ffff"
                                + "00000000"
                                + "fe80000000000000"
                                + "0102030405060708"
                                + "03000000");
        assertThat(SockAddr.family(memory, 0)).isEqualTo(SockAddr.AF_INET6);
        assertThat(SockAddr.port(memory, 0)).isEqualTo(65535);
        assertThat(SockAddr.inet6High(memory, 0)).isEqualTo(0xfe80000000000000L);
        assertThat(SockAddr.inet6Low(memory, 0)).isEqualTo(0x0102030405060708L);
        assertThat(SockAddr.inet6Scope(memory, 0)).isEqualTo(3);
    }

    @Test
    void writesSockaddrNl() {
        MemorySegment memory = dirty(SockAddr.NETLINK_BYTES);

        SockAddr.setNetlink(memory, 0, 1);

        assertThat(hex(memory)).isEqualTo("1000" + "0000" + "00000000" + "01000000");
        assertThat(SockAddr.netlinkPort(memory, 0)).isZero();
        assertThat(SockAddr.netlinkGroups(memory, 0)).isEqualTo(1);
    }

    @Test
    void writesControlMessages() {
        MemorySegment memory = arena.allocate(56, 8);

        long second = Cmsg.setInt(memory, 0, 0, 1, 0xb8);
        long end = Cmsg.setPktInfo(memory, second, 0x7f000002, 1);

        assertThat(second).isEqualTo(24);
        assertThat(end).isEqualTo(56);
        assertThat(hex(memory))
                .isEqualTo(
                        "1400000000000000"
                                + "00000000"
                                + "01000000"
                                + "b8000000"
                                + "00000000"
                                + "1c00000000000000"
                                + "00000000"
                                + "08000000"
                                + "01000000"
                                + "7f000002"
                                + "00000000"
                                + "00000000");
        assertThat(Cmsg.next(memory, 0)).isEqualTo(second);
        assertThat(Cmsg.key(memory, 0)).isEqualTo(Cmsg.key(0, 1));
        assertThat(Cmsg.pktInfoSource(memory, Cmsg.data(second))).isEqualTo(0x7f000002);
        assertThat(Cmsg.pktInfoIndex(memory, Cmsg.data(second))).isEqualTo(1);
    }

    @Test
    void writesTheSourceOfIpv6() {
        MemorySegment memory = arena.allocate(40, 8);

        long end = Cmsg.setPktInfo6(memory, 0, 0xfd00000000000000L, 9, 7);

        assertThat(end).isEqualTo(40);
        assertThat(hex(memory))
                .isEqualTo(
                        "2400000000000000"
                                + "29000000"
                                + "32000000"
                                + "fd00000000000000"
                                + "0000000000000009"
                                + "07000000"
                                + "00000000");
        assertThat(Cmsg.pktInfo6High(memory, Cmsg.data(0))).isEqualTo(0xfd00000000000000L);
        assertThat(Cmsg.pktInfo6Low(memory, Cmsg.data(0))).isEqualTo(9);
        assertThat(Cmsg.pktInfo6Index(memory, Cmsg.data(0))).isEqualTo(7);
    }

    @Test
    void seesNoControlMessageThatIsCutOff() {
        MemorySegment memory = arena.allocate(64, 8);
        Cmsg.setPktInfo(memory, 0, 1, 1);

        assertThat(Cmsg.present(memory, 0, 28)).isTrue();
        assertThat(Cmsg.present(memory, 0, 27)).isFalse();
        assertThat(Cmsg.present(memory, 0, 15)).isFalse();
        assertThat(Cmsg.present(memory, 32, 28)).isFalse();
        memory.set(JAVA_INT_UNALIGNED, 0, 15); // shorter than its own header
        assertThat(Cmsg.present(memory, 0, 64)).isFalse();
        memory.set(JAVA_LONG, 0, -1);
        assertThat(Cmsg.present(memory, 0, 64)).isFalse();
    }

    private MemorySegment dirty(int bytes) {
        return arena.allocate(bytes, 8).fill((byte) 0xee);
    }

    private static String hex(MemorySegment memory) {
        return HexFormat.of().formatHex(memory.toArray(JAVA_BYTE));
    }

    private static int offset(StructLayout struct, String field) {
        return (int) struct.byteOffset(groupElement(field));
    }
}
