package dev.adit.it.lab;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// What `wg show DEVICE dump` prints. Immutable.
public record WgDump(
        String privateKey, String publicKey, int port, String mark, Map<String, Peer> peers) {

    /// One peer, in the order of the columns.
    ///
    /// @param endpoint `(none)` when unknown
    /// @param allowedIps in no order
    /// @param handshake seconds since 1970, or 0
    /// @param keepalive seconds, or `off`
    public record Peer(
            String publicKey,
            String presharedKey,
            String endpoint,
            Set<String> allowedIps,
            long handshake,
            long received,
            long sent,
            String keepalive) {}

    static WgDump parse(String text) {
        List<String> lines = text.lines().toList();
        String[] device = columns(lines.getFirst(), 4);
        Map<String, Peer> peers = new LinkedHashMap<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] c = columns(line, 8);
            Set<String> allowed = new TreeSet<>(List.of(c[3].split(",")));
            allowed.remove("(none)");
            peers.put(
                    c[0],
                    new Peer(
                            c[0],
                            c[1],
                            c[2],
                            allowed,
                            Long.parseLong(c[4]),
                            Long.parseLong(c[5]),
                            Long.parseLong(c[6]),
                            c[7]));
        }
        return new WgDump(device[0], device[1], Integer.parseInt(device[2]), device[3], peers);
    }

    private static String[] columns(String line, int count) {
        String[] columns = line.split("\t", -1);
        if (columns.length != count) throw new AssertionError("not " + count + ": " + line);
        return columns;
    }

    /// The only peer.
    public Peer peer() {
        if (peers.size() != 1) throw new AssertionError(peers.size() + " peers: " + this);
        return peers.values().iterator().next();
    }

    /// The peer with this public key.
    public Peer peer(String publicKey) {
        Peer peer = peers.get(publicKey);
        if (peer == null) throw new AssertionError("no peer " + publicKey + ": " + this);
        return peer;
    }
}
