package dev.adit.integrations;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// What the programs with HTTP clients have in common. Stateless.
final class Requests {

    /// Makes many requests whose answers are the number of the server's connection and the
    /// protocol, and prints how many requests, connections and protocols there were.
    static void many(String name, int requests, int threads, Callable<String> request)
            throws Exception {
        Set<String> connections = ConcurrentHashMap.newKeySet();
        Set<String> protocols = ConcurrentHashMap.newKeySet();
        List<Future<?>> all = new ArrayList<>();
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            for (int i = 0; i < requests; i++) {
                all.add(
                        executor.submit(
                                () -> {
                                    String[] words = request.call().split(" ");
                                    connections.add(words[0]);
                                    protocols.add(words[1]);
                                    return null;
                                }));
            }
            for (Future<?> one : all) one.get();
        }
        String reuse = connections.size() <= threads ? "reused" : connections.size() + " made";
        System.out.println(
                name + ": " + all.size() + " by " + protocols + ", connections " + reuse);
    }

    /// Reads to the end.
    static String sha256(InputStream in) throws IOException, GeneralSecurityException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (DigestInputStream digesting = new DigestInputStream(in, digest)) {
            digesting.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private Requests() {}
}
