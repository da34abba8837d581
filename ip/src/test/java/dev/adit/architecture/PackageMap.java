package dev.adit.architecture;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Which package may use which. A package uses only those that were added before it, so the map has
/// no cycle.
final class PackageMap {
    private final Map<String, Set<String>> allowed = new LinkedHashMap<>();
    private String module = "";

    /// The packages that are added from here on are those of `dev.adit.NAME`.
    PackageMap module(String name) {
        module = ROOT + name;
        return this;
    }

    /// Adds a package of the module, "" for its root, that may use `others` and nothing else of
    /// ours: names of this module, or with their module before them, with spaces between.
    PackageMap add(String name, String others) {
        Set<String> uses = new LinkedHashSet<>();
        for (String other : others.split(" ")) {
            if (!other.isEmpty()) uses.add(resolve(other));
        }
        if (allowed.put(qualify(name), uses) != null) {
            throw new IllegalArgumentException(name + " is there twice");
        }
        return this;
    }

    private String resolve(String name) {
        if (allowed.containsKey(qualify(name))) return qualify(name);
        if (allowed.containsKey(ROOT + name)) return ROOT + name;
        throw new IllegalArgumentException(name + " does not come before");
    }

    private String qualify(String name) {
        return name.isEmpty() ? module : module + "." + name;
    }

    /// One line for every package that is not in the map and every edge that it does not allow.
    List<String> violations(JavaClasses classes) {
        Set<String> violations = new TreeSet<>();
        for (JavaClass type : classes) {
            String from = type.getPackageName();
            if (type.getSimpleName().equals("module-info")) continue;
            if (!allowed.containsKey(from)) {
                violations.add(from + " is not in the map of packages");
                continue;
            }
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                String to = target(dependency).getPackageName();
                if (!to.startsWith(ROOT) || to.equals(from) || allowed.get(from).contains(to)) {
                    continue;
                }
                violations.add(from + " must not use " + to + ": " + dependency.getDescription());
            }
        }
        return new ArrayList<>(violations);
    }

    /// One line for every import that the map does not allow.
    List<String> violations(Map<String, Set<String>> imports) {
        List<String> violations = new ArrayList<>();
        imports.forEach(
                (from, packages) -> {
                    for (String to : packages) {
                        if (to.equals(from) || allowed.getOrDefault(from, Set.of()).contains(to)) {
                            continue;
                        }
                        violations.add(from + " must not import from " + to);
                    }
                });
        return violations;
    }

    /// One line for every edge that the map allows to a package of `classes` and that neither its
    /// classes nor its `imports` have.
    List<String> unused(JavaClasses classes, Map<String, Set<String>> imports) {
        Map<String, Set<String>> left = new TreeMap<>();
        for (JavaClass type : classes) {
            Set<String> uses = allowed.get(type.getPackageName());
            if (uses != null) left.putIfAbsent(type.getPackageName(), new TreeSet<>(uses));
        }
        for (JavaClass type : classes) {
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                String to = target(dependency).getPackageName();
                left.getOrDefault(type.getPackageName(), Set.of()).remove(to);
            }
        }
        left.forEach((from, uses) -> uses.removeAll(imports.getOrDefault(from, Set.of())));
        List<String> unused = new ArrayList<>();
        left.forEach((from, uses) -> uses.forEach(to -> unused.add(from + " does not use " + to)));
        return unused;
    }

    /// The packages of the map that `classes` are in, in the order of the map.
    List<String> packagesOf(JavaClasses classes) {
        Set<String> present = new TreeSet<>();
        for (JavaClass type : classes) present.add(type.getPackageName());
        return allowed.keySet().stream().filter(present::contains).toList();
    }

    /// What `from` may use, as documents name it: each package in backquotes, those of its own
    /// module without the module's name, with commas between; "–" for nothing.
    String uses(String from) {
        Set<String> uses = allowed.get(from);
        if (uses.isEmpty()) return "–";
        return uses.stream()
                .map(to -> "`" + name(to, from) + "`")
                .collect(Collectors.joining(", "));
    }

    /// How documents name the package `to` where they speak of `from`.
    static String name(String to, String from) {
        String module = moduleOf(from);
        return to.startsWith(module + ".")
                ? to.substring(module.length() + 1)
                : to.substring(ROOT.length());
    }

    /// The module of a package, which is all up to its third name.
    static String moduleOf(String name) {
        int end = name.indexOf('.', ROOT.length());
        return end < 0 ? name : name.substring(0, end);
    }

    private static JavaClass target(Dependency dependency) {
        return dependency.getTargetClass().getBaseComponentType();
    }

    private static final String ROOT = "dev.adit.";
}
