package dev.adit.os.linux;

import dev.adit.ip.port.Offload;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The offloads in use by a socket or a TUN. It starts with those that are [allowed][#allowed] and
/// that the kernel has, and gives up those that fail. Thread-safe.
final class Offloads {
    private final Set<Offload> inUse = Collections.synchronizedSet(EnumSet.noneOf(Offload.class));

    /// An empty set of offloads.
    Offloads() {}

    boolean contains(Offload offload) {
        return inUse.contains(offload);
    }

    /// Begins to use an offload.
    void adopt(Offload offload) {
        inUse.add(offload);
    }

    /// Gives an offload up, and logs the reason.
    void giveUp(Offload offload, String reason) {
        if (inUse.remove(offload)) {
            LOG.log(Level.WARNING, "Offload " + offload.text() + " switched off: " + reason);
        }
    }

    Set<Offload> snapshot() {
        synchronized (inUse) {
            return inUse.isEmpty() ? Set.of() : EnumSet.copyOf(inUse);
        }
    }

    /// The offloads that the administrator allows and that this kernel is not known to get wrong.
    static Set<Offload> allowed() {
        return ALLOWED;
    }

    /// Parses the administrator's setting: `all`, `none`, or names; names with a minus are removed
    /// from all.
    ///
    /// @throws IllegalArgumentException for another word
    static Set<Offload> parse(String words) {
        Set<Offload> allowed = EnumSet.noneOf(Offload.class);
        boolean first = true;
        for (String word : words.strip().split("[ ,]+")) {
            boolean minus = word.startsWith("-");
            if (first && (minus || word.isEmpty())) allowed.addAll(ALL);
            first = false;
            if (word.isEmpty() || word.equals("none")) continue;
            if (word.equals("all")) {
                allowed.addAll(ALL);
                continue;
            }
            Offload named =
                    Offload.parse(minus ? word.substring(1) : word)
                            .orElseThrow(() -> new IllegalArgumentException(unknown(word)));
            if (minus) allowed.remove(named);
            else allowed.add(named);
        }
        return allowed;
    }

    private static String unknown(String word) {
        StringBuilder names = new StringBuilder();
        for (Offload offload : Offload.values()) names.append(", ").append(offload.text());
        return VARIABLE + " has no `" + word + "': it takes all, none" + names;
    }

    /// The offloads that a kernel of this release gets wrong.
    ///
    /// @param release as `uname -r` prints it
    static Set<Offload> broken(String release) {
        Set<Offload> broken = EnumSet.noneOf(Offload.class);
        Matcher numbers = RELEASE.matcher(release);
        if (!numbers.lookingAt()) return broken;
        int major = Integer.parseInt(numbers.group(1));
        int minor = Integer.parseInt(numbers.group(2));
        int patch = Optional.ofNullable(numbers.group(3)).map(Integer::parseInt).orElse(0);
        // Datagrams of a cut send get wrong checksums.
        if (major == 7 && (minor == 0 || minor == 1 && patch <= 4)) broken.add(Offload.UDP_GSO);
        // Super-packets written to a TUN are refused.
        if (major == 6 && minor == 6 && patch == 44) {
            broken.add(Offload.TUN_GRO);
            broken.add(Offload.TUN_UDP_GRO);
        }
        return broken;
    }

    private static Set<Offload> determine() {
        String words = System.getProperty("adit.offloads");
        Set<Offload> allowed = EnumSet.copyOf(ALL);
        try {
            if (words != null) allowed = parse(words);
        } catch (IllegalArgumentException e) {
            LOG.log(Level.WARNING, e.getMessage());
        }
        allowed.removeAll(broken(release()));
        return Collections.unmodifiableSet(allowed);
    }

    private static String release() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/osrelease"));
        } catch (IOException unknown) {
            return "";
        }
    }

    private static final String VARIABLE = "ADIT_OFFLOADS";
    private static final Pattern RELEASE = Pattern.compile("(\\d+)\\.(\\d+)(?:\\.(\\d+))?");
    private static final Set<Offload> ALL =
            Collections.unmodifiableSet(EnumSet.allOf(Offload.class));
    static final System.Logger LOG = System.getLogger("adit.offloads");
    private static final Set<Offload> ALLOWED = determine();
}
