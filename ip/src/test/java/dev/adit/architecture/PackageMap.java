package dev.adit.architecture;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Which package may use which. A package uses only those that were added before it, so the map has
/// no cycle.
final class PackageMap {
    private final Map<String, Set<String>> allowed = new HashMap<>();
    private String module = "";

    /// The packages that are added from here on are those of `dev.adit.NAME`.
    PackageMap module(String name) {
        module = ROOT + name;
        return this;
    }

    /// Adds a package of the module, "" for its root, that may use `others` and nothing else of
    /// ours: names of this module, or with their module before them, with spaces between.
    PackageMap add(String name, String others) {
        Set<String> uses = new TreeSet<>();
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
                String to = dependency.getTargetClass().getBaseComponentType().getPackageName();
                if (!to.startsWith(ROOT) || to.equals(from) || allowed.get(from).contains(to)) {
                    continue;
                }
                violations.add(from + " must not use " + to + ": " + dependency.getDescription());
            }
        }
        return new ArrayList<>(violations);
    }

    private static final String ROOT = "dev.adit.";
}
