package dev.adit.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.fuzz.Input;
import dev.adit.fuzz.Target;
import dev.adit.proxy.stream.BadRequestException;
import dev.adit.proxy.stream.HostPort;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// The answer of a server: refused, or passed on so that the client finds the end that the server
/// meant (no response splitting).
public final class HttpResponseFuzz implements Target {
    private static final Authority SERVER = new Authority(new HostPort("server", 80));

    @Override
    public void take(byte[] bytes) throws IOException {
        Input input = new Input(bytes);
        String method = input.flag() ? "HEAD" : "GET";
        String version = input.below(4) == 3 ? "HTTP/1.0" : "HTTP/1.1";
        boolean isRaw = input.below(4) == 3;
        String text = StrictMessage.text(input.rest());
        if (!isRaw) text = text.replace("\n", "\r\n");
        HttpHead request = new HttpHead(List.of(method, "http://server/", version), List.of());
        MemoryDuplex client = new MemoryDuplex(new byte[0]);
        MemoryDuplex server = new MemoryDuplex(text.getBytes(StandardCharsets.ISO_8859_1));
        Exchange.Result result;
        try {
            result =
                    new Exchange(client, request, "/", BodyLength.NONE)
                            .run(new Upstream(SERVER, server));
        } catch (BadRequestException refused) {
            assertThat(refused).hasMessageMatching("[a-zA-Z0-9,:/.' ]+");
            return;
        } catch (EOFException ended) {
            return;
        }
        boolean isKept = result == Exchange.Result.KEPT || result == Exchange.Result.CLIENT_KEPT;
        String heard = StrictMessage.text(client.output.toByteArray());
        if (isKept) whole(heard, text, text.length() - server.input.available(), method);
    }

    /// What the client heard ends where the server's answer does, with the same body.
    private static void whole(String heard, String said, int end, String method) {
        StrictMessage first = last(said, method).orElseThrow(() -> unlike("said", said));
        StrictMessage passed = last(heard, method).orElseThrow(() -> unlike("heard", heard));
        assertThat(first.end()).isEqualTo(end);
        assertThat(passed.end()).isEqualTo(heard.length());
        assertThat(passed.body()).isEqualTo(first.body());
        assertThat(passed.start().get(1)).isEqualTo(first.start().get(1));
    }

    /// The final response behind interim ones.
    private static Optional<StrictMessage> last(String text, String method) {
        int from = 0;
        while (true) {
            Optional<StrictMessage> found = StrictMessage.response(text, from, method);
            if (found.isEmpty() || !found.get().start().get(1).startsWith("1")) return found;
            from = found.get().end();
        }
    }

    private static AssertionError unlike(String what, String text) {
        return new AssertionError(what + " what a strict reader refuses: " + text);
    }
}
