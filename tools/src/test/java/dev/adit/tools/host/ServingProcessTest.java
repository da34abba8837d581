package dev.adit.tools.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;

class ServingProcessTest {

    @Test
    void isFoundByTheWholePathOfItsSocket() {
        List<String> lines =
                List.of(
                        "Num       RefCount Protocol Flags    Type St Inode Path",
                        "0000: 00000002 00000000 00010000 0001 01 11 /var/run/wireguard/wg0.sock",
                        "0000: 00000002 00000000 00010000 0001 01 12 /run/wireguard/.wg0.77/s",
                        "0000: 00000002 00000000 00010000 0001 01 13 /tmp/run/wireguard/wg0.sock",
                        "0000: 00000002 00000000 00010000 0001 01 14 /tmp/x"
                                + " /run/wireguard/wg0.sock",
                        "0000: 00000002 00000000 00010000 0001 01 15 /run/wireguard/wg0.sock x",
                        "0000: 00000002 00000000 00010000 0001 01 16 /run/wireguard/wg00.sock",
                        "0000: 00000002 00000000 00000000 0001 03 17");
        assertThat(ServingProcess.sockets("wg0", lines))
                .containsExactlyInAnyOrder("socket:[11]", "socket:[12]");
    }
}
