package dev.adit.architecture;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Classes, packages and members of the JDK that some of our code must not touch. Immutable.
///
/// @param packages names of packages; those below them are forbidden too
/// @param types names of classes; those nested in them are forbidden too
/// @param members methods and fields as `class.name`, whatever their parameters
/// @param except packages and classes that are allowed all the same
record Forbidden(Set<String> packages, Set<String> types, Set<String> members, Set<String> except) {

    /// One line for every use in `classes`.
    List<String> violations(JavaClasses classes) {
        Set<String> violations = new TreeSet<>();
        for (JavaClass type : classes) {
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass().getBaseComponentType();
                if (forbids(target)) violations.add(dependency.getDescription());
            }
            for (JavaAccess<?> access : type.getAccessesFromSelf()) {
                if (forbids(access)) violations.add(access.getDescription());
            }
        }
        return new ArrayList<>(violations);
    }

    private boolean forbids(JavaClass target) {
        if (named(target, except) || within(target.getPackageName(), except)) return false;
        return named(target, types) || within(target.getPackageName(), packages);
    }

    /// True when `types` has the class or one around it.
    private static boolean named(JavaClass target, Set<String> types) {
        String name = target.getName();
        return types.stream().anyMatch(t -> name.equals(t) || name.startsWith(t + "$"));
    }

    private boolean forbids(JavaAccess<?> access) {
        return members.contains(access.getTargetOwner().getName() + "." + access.getName());
    }

    private static boolean within(String name, Set<String> packages) {
        for (String p = name; ; p = p.substring(0, p.lastIndexOf('.'))) {
            if (packages.contains(p)) return true;
            if (p.indexOf('.') < 0) return false;
        }
    }
}
