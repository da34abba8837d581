package dev.adit.it.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The configurations that guides to WireGuard give, in `src/test/resources/seeds`, with keys in
/// the place of `<private key for NAME>` and `<public key for NAME>`. Confined to one thread.
public final class Seeds {
    private final String topology;
    private final Map<String, Keys> keys = new TreeMap<>();

    /// Those of one topology, which is a folder.
    public Seeds(String topology) {
        this.topology = topology;
    }

    /// The keys of a host.
    public Keys keys(String host) {
        return keys.computeIfAbsent(host, _ -> Keys.generate());
    }

    /// One of the files.
    public String text(String name) {
        try {
            String text = Files.readString(FOLDER.resolve(topology).resolve(name));
            return PLACE.matcher(text).replaceAll(this::key);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private String key(MatchResult place) {
        Keys pair = keys(place.group(2));
        String key = place.group(1).equals("private") ? pair.privateKey() : pair.publicKey();
        return Matcher.quoteReplacement(key);
    }

    private static final Pattern PLACE = Pattern.compile("<(private|public) key for ([^>]+)>");
    private static final Path FOLDER = Path.of("src/test/resources/seeds");
}
