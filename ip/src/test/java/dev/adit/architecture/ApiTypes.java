package dev.adit.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;

import java.lang.module.ModuleDescriptor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// The types that the API of a module names: its exported public classes and their public and
/// protected members.
final class ApiTypes {
    private final ModuleDescriptor module;
    private final Set<String> exported;
    private final Set<String> visible = new HashSet<>();

    ApiTypes(ModuleDescriptor module) {
        this.module = module;
        exported =
                module.exports().stream()
                        .map(ModuleDescriptor.Exports::source)
                        .collect(Collectors.toSet());
        addVisible(module);
    }

    /// Adds the modules that come with `module` to its users.
    private void addVisible(ModuleDescriptor module) {
        for (ModuleDescriptor.Requires required : module.requires()) {
            if (!required.modifiers().contains(ModuleDescriptor.Requires.Modifier.TRANSITIVE)) {
                continue;
            }
            visible.add(required.name());
            ModuleLayer.boot()
                    .findModule(required.name())
                    .ifPresent(found -> addVisible(found.getDescriptor()));
        }
    }

    /// One line for each type that users of the module cannot name: it is in a package that is not
    /// exported, or in a module that does not come with this one.
    List<String> hidden(JavaClasses classes) {
        Set<String> hidden = new TreeSet<>();
        for (JavaClass type : classes) {
            if (!exported.contains(type.getPackageName()) || !isApi(type)) continue;
            List<JavaType> named = new ArrayList<>(type.getInterfaces());
            type.getSuperclass().ifPresent(named::add);
            for (JavaMember member : type.getMembers()) {
                if (isVisible(member.getModifiers())) named.addAll(types(member));
            }
            for (JavaType name : named) {
                for (JavaClass raw : name.getAllInvolvedRawTypes()) {
                    JavaClass other = raw.getBaseComponentType();
                    if (!canBeNamed(other.getPackageName())) {
                        hidden.add(type.getName() + " names " + other.getName());
                    }
                }
            }
        }
        return new ArrayList<>(hidden);
    }

    private static List<JavaType> types(JavaMember member) {
        if (member instanceof JavaField field) return List.of(field.getType());
        JavaCodeUnit code = (JavaCodeUnit) member;
        List<JavaType> types = new ArrayList<>(code.getParameterTypes());
        types.add(code.getReturnType());
        types.addAll(code.getExceptionTypes());
        return types;
    }

    private static boolean isApi(JavaClass type) {
        Optional<JavaClass> around = type.getEnclosingClass();
        return isVisible(type.getModifiers()) && (around.isEmpty() || isApi(around.get()));
    }

    private static boolean isVisible(Set<JavaModifier> modifiers) {
        return modifiers.contains(JavaModifier.PUBLIC)
                || modifiers.contains(JavaModifier.PROTECTED);
    }

    private boolean canBeNamed(String name) {
        if (name.isEmpty()) return true; // a primitive type
        if (Object.class.getModule().getPackages().contains(name)) return true;
        if (!name.startsWith("dev.adit.")) return false;
        String owner = PackageMap.moduleOf(name);
        return owner.equals(module.name()) ? exported.contains(name) : visible.contains(owner);
    }
}
