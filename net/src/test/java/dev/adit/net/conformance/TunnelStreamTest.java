package dev.adit.net.conformance;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.net.lab.Await;

import org.junit.jupiter.api.Test;

import java.io.InputStream;
import java.net.SocketException;

class TunnelStreamTest extends StreamConformance {
    @Override
    SocketLab lab() {
        return new TunnelLab();
    }

    /// RFC 2525 §2.17. The JDK's sockets end their output first, so that the other may see an
    /// orderly end.
    @Test
    void unreadBytesMakeACloseAReset() throws Exception {
        try (SocketLab.Pair pair = lab.pair()) {
            pair.server().getOutputStream().write(new byte[1000]);
            InputStream in = pair.client().getInputStream();
            Await.until("bytes", () -> in.available() > 0);
            pair.client().close();
            assertThatThrownBy(() -> pair.server().getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
    }
}
