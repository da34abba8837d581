package dev.adit.tools.configure;

import dev.adit.device.secret.SecretFile;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// The endpoints of the peers in a configuration file, in the file's spelling. Confined to one
/// thread.
///
/// All other lines, of wg-quick(8), wg(8) and later versions, are skipped; no secret key becomes a
/// String.
final class ConfiguredEndpoints {
    private final List<Place> places = new ArrayList<>();
    private boolean inPeer;
    private @Nullable String key;
    private @Nullable String endpoint;

    /// A peer with an endpoint.
    record Place(String publicKey, String endpoint) {}

    /// The peers of `file` that have an endpoint, in the file's order.
    static List<Place> read(Path file) throws IOException {
        byte[] text = SecretFile.read(file);
        try {
            ConfiguredEndpoints reader = new ConfiguredEndpoints();
            for (int from = 0, end; from < text.length; from = end + 1) {
                end = from;
                while (end < text.length && text[end] != '\n') end++;
                reader.line(text, from, end);
            }
            reader.endPeer();
            return reader.places;
        } finally {
            Arrays.fill(text, (byte) 0);
        }
    }

    private void line(byte[] text, int from, int end) {
        int start = from;
        while (start < end && text[start] <= ' ') start++;
        if (start == end) return;
        if (text[start] == '[') {
            endPeer();
            inPeer = word(text, start, end).equalsIgnoreCase("[Peer]");
        } else if (inPeer) {
            int equals = start;
            while (equals < end && text[equals] != '=') equals++;
            if (equals == end) return;
            switch (word(text, start, equals).toLowerCase(Locale.ROOT)) {
                case "publickey" -> key = word(text, equals + 1, end);
                case "endpoint" -> endpoint = word(text, equals + 1, end);
                default -> {}
            }
        }
    }

    /// The text without white space, up to a comment.
    private static String word(byte[] text, int from, int end) {
        int stop = from;
        while (stop < end && text[stop] != '#') stop++;
        String word = new String(text, from, stop - from, StandardCharsets.UTF_8);
        return word.replaceAll("\\s", "");
    }

    private void endPeer() {
        if (key != null && endpoint != null) places.add(new Place(key, endpoint));
        key = null;
        endpoint = null;
    }
}
