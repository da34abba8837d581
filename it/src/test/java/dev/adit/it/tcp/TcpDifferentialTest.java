package dev.adit.it.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.it.lab.Netns;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// The same scripted peer against Linux's TCP, behind a TUN in a namespace, and against ours: both
/// send the same segments and tell their programs the same, but for the [KnownDifference]s.
class TcpDifferentialTest {
    /// What makes Linux do what ours always does.
    private static final String[] SETTINGS = {
        "net.ipv4.tcp_syn_linear_timeouts=0", // a SYN's timeout doubles from the first
        "net.ipv4.tcp_rfc1337=1", // a reset does not end TIME-WAIT
        "net.ipv4.tcp_invalid_ratelimit=0" // the tenth of what is not acceptable is answered, too
    };

    private static final int REPETITIONS = 3;

    @ParameterizedTest(name = "IPv6: {0}")
    @ValueSource(booleans = {false, true})
    void bothSendTheSame(boolean v6) throws Exception {
        Map<String, String> differences = differences(TcpScripts.all(), v6);
        // Linux's timers do not wait for a machine with other work; a difference shows each time.
        for (int i = 0; i < REPETITIONS && !differences.isEmpty(); i++) {
            Set<String> names = differences.keySet();
            differences =
                    differences(
                            TcpScripts.all().stream()
                                    .filter(script -> names.contains(script.name()))
                                    .toList(),
                            v6);
        }
        assertThat(String.join("\n", differences.values())).isEmpty();
    }

    /// By the names of scripts, what differs.
    private static Map<String, String> differences(List<TcpScript> scripts, boolean v6)
            throws Exception {
        Map<String, List<String>> linux = linux(scripts, v6);
        assertThat(linux).hasSize(scripts.size());
        Map<String, String> differences = new LinkedHashMap<>();
        for (TcpScript script : scripts) {
            List<String> expected = linux.get(script.name());
            List<String> ours = TcpTraces.ours(script, v6);
            if (agree(script, expected, ours)) continue;
            differences.put(
                    script.name(),
                    "%s:\n%s\nbut Linux:\n%s\n"
                            .formatted(
                                    script.name(),
                                    String.join("\n", ours),
                                    String.join("\n", expected)));
        }
        return differences;
    }

    private static boolean agree(TcpScript script, List<String> linux, List<String> ours) {
        KnownDifference known = KnownDifference.of(script.name());
        String onlyLinux = known == null ? "" : known.onlyLinux();
        String onlyOurs = known == null ? "" : known.onlyOurs();
        return without(linux, ours).equals(onlyLinux)
                && without(ours, linux).equals(onlyOurs)
                && (known != null || linux.equals(ours));
    }

    /// The lines of `trace` that `other` does not have.
    private static String without(List<String> trace, List<String> other) {
        List<String> left = new ArrayList<>(trace);
        other.forEach(left::remove);
        return left.stream()
                .map(line -> line.strip().replace("mss 1360", "mss 1380"))
                .collect(Collectors.joining("\n"));
    }

    private static Map<String, List<String>> linux(List<TcpScript> scripts, boolean v6) {
        List<String> arguments = new ArrayList<>(List.of(v6 ? "v6" : "v4"));
        for (TcpScript script : scripts) arguments.add(script.name());
        try (Netns netns = Netns.create("tcp")) {
            for (String setting : SETTINGS) netns.command("sysctl", "-qw", setting).run();
            return parse(TcpProgram.run(netns, TcpTraces.class, arguments.toArray(String[]::new)));
        }
    }

    private static Map<String, List<String>> parse(String output) {
        Map<String, List<String>> traces = new LinkedHashMap<>();
        List<String> trace = null;
        for (String line : output.lines().toList()) {
            if (line.equals("#end")) return traces;
            if (line.startsWith("#")) traces.put(line.substring(1), trace = new ArrayList<>());
            else if (trace != null) trace.add(line);
        }
        throw new AssertionError("not at its end: " + output);
    }
}
