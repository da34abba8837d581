package dev.adit.tools.configure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.tools.configure.ConfiguredEndpoints.Place;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class ConfiguredEndpointsTest {
    @TempDir Path folder;

    @Test
    void findsEndpointsAmongEverythingElse() throws IOException {
        Path file = folder.resolve("wg0.conf");
        Files.writeString(
                file,
                """
                # Endpoint = of.nobody:1
                [Interface]
                Address = 10.0.0.1/24
                PrivateKey = aGi8VucdQG9h9sWHV2jZT5JmAXZpyadTPJlV4BS1124=
                Endpoint = of.the.interface:1
                PublicKey = KEY0
                [Peer]
                PublicKey = KEY1 # the first
                \tendpoint =  vpn.example.org : 51820   # by name
                = nothing
                Endpoint
                [PEER]
                AllowedIPs = 10.0.0.3/32
                PublicKey=KEY2
                [Peer]
                Endpoint = [2001:db8::1]:7
                PublicKey = KEY3\
                """);
        assertThat(ConfiguredEndpoints.read(file))
                .containsExactly(
                        new Place("KEY1", "vpn.example.org:51820"),
                        new Place("KEY3", "[2001:db8::1]:7"));
    }

    @Test
    void anEmptyFileHasNone() throws IOException {
        Path file = folder.resolve("wg0.conf");
        Files.writeString(file, "");
        assertThat(ConfiguredEndpoints.read(file)).isEmpty();
    }
}
