package dev.adit.ip.header;

/// Field offsets of TCP (RFC 9293 §3.1) and UDP (RFC 768) headers. Stateless.
public final class TransportHeader {
    public static final int TCP_SEQUENCE = 4;
    public static final int TCP_ACKNOWLEDGEMENT = 8;
    public static final int TCP_DATA_OFFSET = 12;
    public static final int TCP_FLAGS = 13;
    public static final int TCP_WINDOW = 14;
    public static final int TCP_CHECKSUM = 16;
    public static final int TCP_URGENT = 18;
    public static final int TCP_HEADER = 20;

    public static final int FIN = 0x01;
    public static final int SYN = 0x02;
    public static final int RST = 0x04;
    public static final int PSH = 0x08;
    public static final int ACK = 0x10;
    public static final int ECE = 0x40;
    public static final int CWR = 0x80;

    public static final int UDP_LENGTH = 4;
    public static final int UDP_CHECKSUM = 6;
    public static final int UDP_HEADER = 8;

    private TransportHeader() {}
}
