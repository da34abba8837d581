package dev.adit.proxy.socks;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// A second reading of what a SOCKS client says behind the version, straight from the tables of RFC
/// 1928, RFC 1929 and the description of SOCKS4a. Confined to one thread.
final class SocksTables {
    private final ByteBuffer words;
    private final boolean hasUsers;
    private final StringBuilder answers = new StringBuilder();

    SocksTables(byte[] words, boolean hasUsers) {
        this.words = ByteBuffer.wrap(words);
        this.hasUsers = hasUsers;
    }

    /// A request as text, or `refused`, `bad` or `ended`.
    String version5() {
        try {
            return requestOf5();
        } catch (BufferUnderflowException end) {
            return "ended";
        }
    }

    /// The same of SOCKS4 and 4a.
    String version4() {
        try {
            return requestOf4();
        } catch (BufferUnderflowException end) {
            return "ended";
        }
    }

    /// What the client was answered, in hexadecimal.
    String answers() {
        return answers.toString();
    }

    int position() {
        return words.position();
    }

    private String requestOf5() {
        String methods = text(u8());
        boolean isOffered = methods.indexOf(hasUsers ? 2 : 0) >= 0;
        answers.append(!isOffered ? "05ff" : hasUsers ? "0502" : "0500");
        if (!isOffered) return "refused";
        if (hasUsers) {
            if (u8() != 1) return "bad";
            String login = text(u8()) + ":" + text(u8());
            boolean isRight = login.equals(USER + ":" + PASSWORD);
            answers.append(isRight ? "0100" : "0101");
            if (!isRight) return "refused";
        }
        if (u8() != 5) return "bad";
        int command = u8();
        u8();
        int type = u8();
        String host =
                switch (type) {
                    case 1 -> address(4);
                    case 3 -> text(u8());
                    case 4 -> address(16);
                    default -> "";
                };
        int port = words.getShort() & 0xffff;
        if (type != 1 && type != 3 && type != 4) return refuse(8);
        if (command != 1 && command != 3) return refuse(7);
        return isHost(host) ? new SocksRequest(command, host, port).toString() : "bad";
    }

    private String refuse(int code) {
        answers.append("050%d000100000000".formatted(code)).append("0000");
        return "refused";
    }

    private String requestOf4() {
        int command = u8();
        int port = words.getShort() & 0xffff;
        int address = words.getInt();
        if (word() == null) return "bad";
        String host;
        if (address >>> 8 == 0 && address != 0) {
            host = word();
            if (host == null) return "bad";
        } else {
            host =
                    "%d.%d.%d.%d"
                            .formatted(
                                    address >>> 24,
                                    address >> 16 & 255,
                                    address >> 8 & 255,
                                    address & 255);
        }
        if (command == 2) {
            answers.append("005b000000000000");
            return "refused";
        }
        if (command != 1 || !isHost(host)) return "bad";
        return new SocksRequest(command, host, port).toString();
    }

    /// A text up to its zero; null when it has more than 255 characters.
    private String word() {
        StringBuilder word = new StringBuilder();
        for (int c = u8(); c != 0; c = u8()) {
            if (word.append((char) c).length() > 255) return null;
        }
        return word.toString();
    }

    private int u8() {
        return words.get() & 0xff;
    }

    private String text(int length) {
        byte[] bytes = new byte[length];
        words.get(bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private String address(int length) {
        byte[] bytes = new byte[length];
        words.get(bytes);
        try {
            return InetAddress.getByAddress(bytes).getHostAddress();
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isHost(String host) {
        return host.matches("[A-Za-z0-9._:%-]{1,253}");
    }

    static final String USER = "user";
    static final String PASSWORD = "pass";
}
