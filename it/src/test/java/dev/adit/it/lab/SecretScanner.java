package dev.adit.it.lab;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Secrets to be looked for in memory and in files: as bytes, in hexadecimal of either case and in
/// base64, by pieces of 16 bytes, so that half a secret is found too. Confined to the test's
/// thread.
public final class SecretScanner {
    private final Map<Long, List<Piece>> byStart = new HashMap<>();
    private final boolean[] mayStart = new boolean[1 << 16];
    private final byte[] chunk = new byte[CHUNK];

    private record Piece(String name, byte[] bytes) {}

    /// Adds a secret of 32 bytes.
    ///
    /// @param name what a find is called, behind it the form
    public SecretScanner add(String name, byte[] secret) {
        String hex = HexFormat.of().formatHex(secret);
        pieces(name + " as bytes", secret);
        pieces(name + " in hexadecimal", hex.getBytes(StandardCharsets.US_ASCII));
        pieces(name + " in HEXADECIMAL", hex.toUpperCase().getBytes(StandardCharsets.US_ASCII));
        pieces(name + " in base64", Base64.getEncoder().encode(secret));
        return this;
    }

    /// The same of a secret in base64.
    public SecretScanner add(String name, String base64) {
        return add(name, Base64.getDecoder().decode(base64));
    }

    private void pieces(String name, byte[] text) {
        for (int at = 0; at + LENGTH <= text.length; at += LENGTH) {
            byte[] bytes = new byte[LENGTH];
            System.arraycopy(text, at, bytes, 0, LENGTH);
            byStart.computeIfAbsent((long) LONG.get(bytes, 0), key -> new ArrayList<>())
                    .add(new Piece(name, bytes));
            mayStart[(short) SHORT.get(bytes, 0) & 0xffff] = true;
        }
    }

    /// The names of what is in `file`.
    public Set<String> in(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in(in::read);
        }
    }

    /// Gives bytes, as [InputStream#read(byte\[\], int, int)] does.
    interface Source {
        int read(byte[] into, int from, int length) throws IOException;
    }

    /// The names of what `source` has.
    Set<String> in(Source source) throws IOException {
        Set<String> found = new TreeSet<>();
        int kept = 0;
        for (int n; (n = source.read(chunk, kept, CHUNK - kept)) >= 0; ) {
            int end = kept + n;
            search(end, found);
            kept = Math.min(end, LENGTH - 1);
            System.arraycopy(chunk, end - kept, chunk, 0, kept);
        }
        return found;
    }

    private void search(int end, Set<String> found) {
        for (int i = 0; i + LENGTH <= end; i++) {
            if (!mayStart[(short) SHORT.get(chunk, i) & 0xffff]) continue;
            List<Piece> pieces = byStart.get((long) LONG.get(chunk, i));
            if (pieces == null) continue;
            long rest = (long) LONG.get(chunk, i + 8);
            for (Piece piece : pieces) {
                if ((long) LONG.get(piece.bytes, 8) == rest) found.add(piece.name);
            }
        }
    }

    private static final int LENGTH = 16;
    private static final int CHUNK = 1 << 20;
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
}
