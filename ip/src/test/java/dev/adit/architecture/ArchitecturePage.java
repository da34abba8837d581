package dev.adit.architecture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What documents say about which package may use which, compared with the [PackageMap]: the tables
/// of ARCHITECTURE.md and the sentence "May use …" of each `package-info.java`. Immutable.
///
/// A table belongs to the module that the heading above names, as in ``## `dev.adit.protocol`: the
/// core``. Its first column has the name of a package within the module (the module's own name for
/// its root), its last one what that package may use.
record ArchitecturePage(PackageMap map) {

    /// One line for every package of `packages` whose row in the page is absent or says something
    /// else than the map.
    List<String> tables(String page, List<String> packages) {
        Map<String, String> rows = rows(page);
        List<String> violations = new ArrayList<>();
        for (String name : packages) {
            String said = rows.get(name), right = map.uses(name);
            if (said == null) violations.add("ARCHITECTURE.md has no row for " + name);
            else if (!said.equals(right)) {
                violations.add(
                        "ARCHITECTURE.md says " + name + " may use " + said + ", not " + right);
            }
        }
        return violations;
    }

    /// One line for every package below `sources` whose `package-info.java` does not say what the
    /// map says.
    List<String> packageInfos(Path sources, List<String> packages) throws IOException {
        List<String> violations = new ArrayList<>();
        for (String name : packages) {
            Path file = sources.resolve(name.replace('.', '/')).resolve("package-info.java");
            String text = Files.readString(file).replaceAll("\\n///", "").replaceAll("\\s+", " ");
            String right = map.uses(name);
            String sentence =
                    right.equals("–") ? "May use nothing of ours." : "May use " + right + ".";
            if (!text.contains(sentence)) violations.add(file + " does not say: " + sentence);
        }
        return violations;
    }

    private static Map<String, String> rows(String page) {
        Map<String, String> rows = new TreeMap<>();
        String module = null;
        for (String line : page.split("\n")) {
            Matcher heading = HEADING.matcher(line);
            if (heading.lookingAt()) module = heading.group(1);
            else if (line.startsWith("## ")) module = null;
            Matcher row = ROW.matcher(line);
            if (module == null || !row.matches()) continue;
            boolean root = module.endsWith("." + row.group(1));
            rows.put(root ? module : module + "." + row.group(1), row.group(2).strip());
        }
        return rows;
    }

    private static final Pattern HEADING = Pattern.compile("## `(dev\\.adit\\.\\w+)`");
    private static final Pattern ROW = Pattern.compile("\\| `([\\w.]+)` \\|.*\\|([^|]*)\\|");
}
