package dev.adit.proxy.http;

import dev.adit.proxy.stream.BadRequestException;
import dev.adit.proxy.stream.Duplex;
import dev.adit.proxy.stream.RequestReader;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// One request of a client for a document that is made for it: GET or HEAD, after which the
/// connection ends. Stateless.
public final class DocumentRequest {
    /// A document. Immutable.
    ///
    /// @param status of the response, with its reason
    /// @param type of the content
    public record Document(String status, String type, String text) {
        /// A document that there is.
        public static Document of(String type, String text) {
            return new Document("200 OK", type, text);
        }

        /// A line of text with another status.
        public static Document line(String status, String text) {
            return new Document(status, PLAIN, text + "\n");
        }
    }

    /// Makes documents. Thread-safe.
    @FunctionalInterface
    public interface Documents {
        /// The document of a path, or one that says that there is none.
        ///
        /// @param accept the types that the client takes, as in its field of that name; or empty
        Document get(String path, String accept);
    }

    /// Reads the request and answers it.
    public static void serve(Duplex client, Documents documents) throws IOException {
        HttpHead head;
        try {
            head = new HttpHeadParser(new RequestReader(client.input())).request("");
        } catch (BadRequestException e) {
            answer(client, Document.line("400 Bad Request", String.valueOf(e.getMessage())), false);
            throw e;
        }
        boolean isHead = head.method().equals("HEAD");
        if (!isHead && !head.method().equals("GET")) {
            Document refusal = Document.line("405 Method Not Allowed", "GET or HEAD");
            answer(client, refusal, false, new HttpField("Allow", "GET, HEAD"));
            return;
        }
        String path = head.target().split("\\?", 2)[0];
        String accept = String.join(",", head.values("Accept"));
        answer(client, documents.get(path, accept), isHead);
    }

    private static void answer(Duplex client, Document document, boolean isHead, HttpField... more)
            throws IOException {
        byte[] body = document.text.getBytes(StandardCharsets.UTF_8);
        List<HttpField> fields = new ArrayList<>(List.of(more));
        fields.add(new HttpField("Content-Type", document.type));
        fields.add(new HttpField("Content-Length", String.valueOf(body.length)));
        fields.add(new HttpField("Cache-Control", "no-store"));
        fields.add(new HttpField("Connection", "close"));
        byte[] head = HttpHead.bytes("HTTP/1.1 " + document.status, fields);
        client.output().write(head);
        if (!isHead) client.output().write(body);
    }

    private static final String PLAIN = "text/plain; charset=utf-8";

    private DocumentRequest() {}
}
