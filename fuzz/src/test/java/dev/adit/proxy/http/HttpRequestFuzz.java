package dev.adit.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.fuzz.Input;
import dev.adit.fuzz.Target;
import dev.adit.proxy.stream.BadRequestException;
import dev.adit.proxy.stream.RequestReader;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Requests of HTTP clients on one connection: each is refused, or has one reading, which the
/// server gets (no request smuggling); a head that does not end has a bound.
public final class HttpRequestFuzz implements Target {
    @Override
    public void take(byte[] bytes) throws IOException {
        Input input = new Input(bytes);
        int kind = input.below(16);
        String text = StrictMessage.text(input.rest());
        // Lines that are easy to hit on, unless it is about their ends.
        if (kind < 12) text = text.replace("\n", "\r\n");
        if (kind == 15) endless(text);
        else requests(text);
    }

    private static void requests(String text) throws IOException {
        ByteArrayInputStream in =
                new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1));
        int from = 0;
        while (from >= 0) from = request(in, text, from);
    }

    /// Takes the request at `from`; the index behind it, or -1 when none can follow.
    private static int request(ByteArrayInputStream in, String text, int from) throws IOException {
        HttpHead head;
        RequestTarget target;
        BodyLength length;
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        try {
            head = new HttpHeadParser(new RequestReader(in)).request("");
            if (head.method().equals("CONNECT")) return -1; // all that follows is the target's
            target = RequestTarget.parse(head.target());
            length = BodyLength.ofRequest(head);
            MemoryDuplex client = new MemoryDuplex(new byte[0]);
            Exchange exchange = new Exchange(client, head, target.path(), length);
            sent.write(exchange.head(target.authority()));
            new BodyCopy(in, sent, false).copy(length);
        } catch (BadRequestException refused) {
            assertThat(refused).hasMessageMatching("[a-zA-Z0-9,:/.' ]+");
            return -1;
        } catch (EOFException ended) {
            return -1;
        }
        StrictMessage asked =
                StrictMessage.request(text, from).orElseThrow(() -> unlike("asked", text));
        assertThat(asked.end()).isEqualTo(text.length() - in.available());
        String server = StrictMessage.text(sent.toByteArray());
        StrictMessage got =
                StrictMessage.request(server, 0).orElseThrow(() -> unlike("sent", server));
        assertThat(got.end()).isEqualTo(server.length());
        same(asked, got, target);
        return asked.end();
    }

    private static void same(StrictMessage asked, StrictMessage got, RequestTarget target) {
        assertThat(got.start())
                .containsExactly(asked.start().getFirst(), target.path(), "HTTP/1.1");
        String url = asked.start().get(1);
        assertThat(url).endsWith(target.path().equals("/") ? "" : target.path().substring(1));
        String host = got.values("host").getFirst();
        assertThat(got.values("host")).hasSize(1);
        String named = url.substring("http://".length()).split("[/?]", 2)[0];
        Matcher end = END.matcher(named);
        assertThat(end.matches()).isTrue();
        boolean isDefault = end.group(2) == null || end.group(2).equals("80");
        assertThat(host).isEqualTo(end.group(1) + (isDefault ? "" : ":" + end.group(2)));
        assertThat(got.body()).isEqualTo(asked.body());
        List<String> upgrades = asked.values("upgrade");
        assertThat(got.values("upgrade")).isEqualTo(upgrades);
        assertThat(got.values("connection"))
                .isEqualTo(upgrades.isEmpty() ? List.of() : List.of("Upgrade"));
        for (HttpField field : got.fields()) assertThat(field.name()).isNotIn(FOR_THE_PROXY);
        for (HttpField field : got.trailers()) {
            assertThat(field.name()).isNotIn("content-length", "transfer-encoding", "host");
            assertThat(asked.trailers()).contains(field);
        }
        for (HttpField field : asked.fields()) {
            if (isForTheServer(asked, field)) assertThat(got.fields()).contains(field);
        }
    }

    private static boolean isForTheServer(StrictMessage asked, HttpField field) {
        String named = String.join(",", asked.values("connection")).toLowerCase(Locale.ROOT);
        return !FRAMING.contains(field.name())
                && !FOR_THE_PROXY.contains(field.name())
                && !field.name().equals("connection")
                && !named.contains(field.name());
    }

    private static AssertionError unlike(String what, String text) {
        return new AssertionError(what + " what a strict reader refuses: " + text);
    }

    /// A head that repeats itself for ever ends at its bound.
    private static void endless(String text) throws IOException {
        if (text.isEmpty()) return;
        int[] count = {0};
        InputStream in =
                new InputStream() {
                    @Override
                    public int read() {
                        return text.charAt(count[0]++ % text.length());
                    }
                };
        try {
            new HttpHeadParser(new RequestReader(in)).request("");
        } catch (BadRequestException refused) {
            assertThat(refused).hasMessageMatching("[a-zA-Z0-9,:/.' ]+");
        }
        assertThat(count[0]).isLessThanOrEqualTo(64 << 10);
    }

    private static final Pattern END = Pattern.compile("(\\[[^]]*]|[^:]*)(?::0*([0-9]+))?");
    private static final Set<String> FRAMING = Set.of("host", "transfer-encoding", "te", "trailer");
    private static final Set<String> FOR_THE_PROXY =
            Set.of("proxy-connection", "keep-alive", "proxy-authenticate", "proxy-authorization");
}
